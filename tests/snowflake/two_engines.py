"""The matching on both engines over the same landing rows: DuckDB with its lake, and the emulator of Snowflake."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import duckdb

from store_matching.landing import load_batch
from store_matching.landing.raw_views import create_raw_views
from tests.python.healing.matching_project import MatchingProject
from tests.snowflake.emulator import PYTHON, EmulatedAccount

HERE = Path(__file__).resolve().parent
LANDING_TABLES = ("gi_stores", "th_stores", "rejected_rows", "ignored_values", "batches")
# Columns that are not compared, and why. Each is checked to differ: one that is equal has no place here.
LEFT_OUT = {
    # The hash of the SQL of the engine, so that each engine has its own.
    "*": ["logic_version"],
    # Hashes also of numbers: each engine has its own, and they never leave it (macro hash_key).
    "STAGING.blocking_keys": ["blocking_key"],
    "STAGING.blocking_key_sizes": ["blocking_key"],
    "STAGING.scope_keys": ["blocking_key"],
    "DIAGNOSTICS.capped_blocking_keys": ["blocking_key"],
}


class TwoEngines:
    """Both engines in `root`, on the extracts gi.csv and th.csv of a folder, loaded as one batch each."""

    def __init__(self, root: Path, extracts: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.duckdb = MatchingProject(root / "duckdb_project")
        for source in ("GI", "TH"):
            file = extracts / f"{source.lower()}.csv"
            load_batch(self.duckdb.lake, source, file, datetime(2026, 1, 1), batch_id=f"{source}-0")
        self.snowflake = EmulatedAccount(root / "emulated", self.duckdb.root)

    def build(self, *options: str) -> tuple[str, str]:
        """Give the emulator the landing rows of the lake and build on both at once; return what each printed."""
        self.snowflake.load(self._landing_rows())
        return self.dbt("build", *options)

    def dbt(self, *arguments: str) -> tuple[str, str]:
        """Run one dbt command on both at once; return what each printed."""
        with ThreadPoolExecutor(max_workers=2) as pool:
            running = [pool.submit(engine.dbt, *arguments) for engine in (self.duckdb, self.snowflake)]
            by_duckdb, by_snowflake = [each.result() for each in running]
        return by_duckdb, by_snowflake

    def compare(self) -> dict[str, dict]:
        """Return by table what differs, as tests/snowflake/compare.py says it."""
        with duckdb.connect(str(self.duckdb.database)) as connection:
            connection.execute("checkpoint")
        files = [self.duckdb.database, self.snowflake.database]
        command = [PYTHON, HERE / "compare.py", *files, json.dumps(LEFT_OUT)]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def _landing_rows(self) -> dict[str, Path]:
        tables = {}
        with duckdb.connect() as connection:
            create_raw_views(connection, self.duckdb.lake)
            for name in LANDING_TABLES:
                file = self.root / f"{name}.parquet"
                connection.execute(f"copy (select * from RAW.{name}) to '{file}' (format parquet)")
                tables[f"RAW.{name.upper()}"] = file
        return tables
