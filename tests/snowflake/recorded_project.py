"""The statements that dbt would send to Snowflake for some models of this repository; none is run."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from dbt.adapters.snowflake import SnowflakeAdapter
from dbt.adapters.snowflake.connections import SnowflakeConnectionManager
from dbt.cli.main import dbtRunner

from store_matching.operations.snowflake_rendering import PROFILE
from tests.snowflake.emulator import FOLDERS, REPOSITORY

SCHEMAS = ("RAW", "STAGING", "GOLD", "DIAGNOSTICS", "MART", "OPS", "SCOPE", "PREVIOUS", "RELEASED", "MAIN")
# What dbt cannot go on without, by a part of the statement: names of the columns, and a row.
ANSWERS = {"show parameters like 'query_tag'": (["key", "value"], ("QUERY_TAG", ""))}
QUIET = ("--quiet", "--log-level-file", "none")


def recorded_run(folder: Path, models: list[str], environment: dict[str, str] | None = None) -> list[str]:
    """Run models in a copy of the project in `folder`, on an account that has none of them and answers nothing.

    environment: variables that the project's settings read
    Returns what was sent, in order. What macros ask at the start and end of a run is left out.
    """
    for name in FOLDERS:
        shutil.copytree(REPOSITORY / name, folder / name)
    project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))
    project = {key: value for key, value in project.items() if key not in ("on-run-start", "on-run-end")}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project, sort_keys=False), encoding="utf-8")
    profile = {project["profile"]: {"target": "snowflake", "outputs": {"snowflake": PROFILE}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")
    command = [*QUIET, "run", "--select", *models, "--project-dir", str(folder), "--profiles-dir", str(folder)]
    with _recording() as sent, contextlib.chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["dbt", "run"])
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        outcome = dbtRunner().invoke(command)
    failed = [f"{item.node.name}: {item.message}" for item in outcome.result or [] if item.status != "success"]
    assert outcome.success, (outcome.exception, failed)
    return sent


@contextlib.contextmanager
def _recording() -> Iterator[list[str]]:
    sent: list[str] = []

    def opened(connection: Any) -> Any:
        connection.state, connection.handle = "open", SimpleNamespace(close=lambda: None, session_id=1)
        return connection

    def add_query(manager: SnowflakeConnectionManager, sql: str, *_: Any, **__: Any) -> tuple:
        sent.append(sql)
        names, row = next((answer for asked, answer in ANSWERS.items() if asked in sql), ([], None))
        cursor = SimpleNamespace(
            description=[(name, "text", None, None, None, None, True) for name in names],
            fetchall=lambda: [row] if row else [],
            fetchmany=lambda limit: [row] if row else [],
            fetchone=lambda: row,
            rowcount=0,
            sqlstate=None,
            sfqid="query",
        )
        return manager.get_thread_connection(), cursor

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SnowflakeConnectionManager, "open", classmethod(lambda cls, connection: opened(connection)))
        patch.setattr(SnowflakeConnectionManager, "add_query", add_query)
        patch.setattr(SnowflakeConnectionManager, "data_type_code_to_name", classmethod(lambda cls, code: str(code)))
        patch.setattr(SnowflakeAdapter, "list_schemas", lambda adapter, database: list(SCHEMAS))
        patch.setattr(SnowflakeAdapter, "list_relations_without_caching", lambda adapter, schema: [])
        yield sent
