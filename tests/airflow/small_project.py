"""The small project of the tests, and what a test does to it. dbt is started, never imported."""

import contextlib
import os
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
DAGS = REPOSITORY / "dags"
PROGRAMS = REPOSITORY / ".venv" / "bin"
DONE, SKIPPED = "success", "skipped"


class SmallProject:
    """The small project in `root`, as it was built."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def environment(self) -> dict[str, str]:
        """What the DAGs and the scripts need to find it."""
        return {
            # Neither is read here, and together they are a fifth of a dbt command's time.
            "DBT_WRITE_JSON": "False",
            "DBT_LOG_LEVEL_FILE": "none",
            "DBT_PROJECT_DIR": str(self.root),
            "DBT_PROFILES_DIR": str(self.root),
            "STORE_MATCHING_PROGRAMS": str(PROGRAMS),
            "STORE_MATCHING_DATABASE": str(self.root / "stores.duckdb"),
            "STORE_MATCHING_LAKE": str(self.root / "lake"),
            "STORE_MATCHING_LAKE_STATE": str(self.root / "state"),
        }

    def tool(self, command: str) -> None:
        """Do something to the project (project_tool.py)."""
        self._python(REPOSITORY / "tests/airflow/project_tool.py", command, str(self.root))

    def script(self, name: str, *arguments: str) -> str:
        """Run a script as a person does; return what it printed."""
        return self._python(REPOSITORY / "scripts" / name, *arguments)

    def ops(self, sql: str) -> list[tuple]:
        """Rows of a query on OPS."""
        with contextlib.closing(sqlite3.connect(self.root / "state/ops.db")) as connection:
            return connection.execute(sql).fetchall()

    def ask_for_stores(self, *keys: str, batch: str = "asked") -> None:
        """Make a trigger of each store."""
        stores = [text for key in keys for text in ("--store", key)]
        self.script("request_reprocess.py", *stores, "--reason", "a test", "--batch", batch)

    def store_keys(self) -> list[str]:
        """Some keys of GI stores, in order."""
        rows = self.ops("select gi_store_id from gold_store_ids where gi_store_id is not null order by 1")
        return [f"GI:{row[0]}" for row in rows]

    def trigger_statuses(self) -> dict[str, str]:
        """Status of its trigger by store."""
        return dict(self.ops("select store_key, trigger_status from reprocess_triggers"))

    def releases(self) -> list[int]:
        """Numbers of the releases that were ever active."""
        rows = self.ops("select release_id from releases where activated_at is not null order by 1")
        return [row[0] for row in rows]

    def _python(self, *command: Any) -> str:
        done = subprocess.run(
            [PROGRAMS / "python", *command], env=os.environ | self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
