"""Render the project's SQL for Snowflake without a Snowflake account.

dbt compiles without a connection, but for one question: `is_incremental()` asks whether the table exists.
Here every table exists, so that the incremental branch, the one no first run shows, is what gets rendered.
"""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import yaml
from dbt.adapters.snowflake import SnowflakeAdapter, SnowflakeRelation
from dbt.cli.main import dbtRunner

# dbt checks that these are there; no connection is ever opened with them.
PROFILE = {
    "type": "snowflake",
    "account": "offline",
    "user": "offline",
    "private_key_path": "offline.p8",
    "role": "STORE_TRANSFORMER",
    "warehouse": "STORE_TRANSFORM",
    "database": "STORE_MATCHING",
    "schema": "MAIN",
    "threads": 1,
}


def render_for_snowflake(root: Path, work: Path) -> Path:
    """Compile every model, test and analysis for Snowflake; return the folder with the SQL files.

    root: folder of the dbt project; its profile name is read from dbt_project.yml
    work: folder for dbt's output, emptied first
    Raises RuntimeError with dbt's message when a model cannot be rendered.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    project = yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))
    profile = {project["profile"]: {"target": "snowflake", "outputs": {"snowflake": PROFILE}}}
    (work / "profiles.yml").write_text(yaml.safe_dump(profile), encoding="utf-8")
    command = [
        "--quiet",
        "compile",
        "--no-introspect",
        "--no-populate-cache",
        "--target-path",
        str(work.resolve()),
    ]
    folders = [
        "--project-dir",
        str(root),
        "--profiles-dir",
        str(work),
        "--log-path",
        str(work.resolve() / "logs"),
    ]
    # dbt changes the working folder and does not change it back.
    with every_table_exists(), contextlib.chdir(root):
        outcome = dbtRunner().invoke([*command, *folders])
    if not outcome.success:
        failed = [item.message for item in getattr(outcome.result, "results", []) if item.status == "error"]
        raise RuntimeError(f"dbt cannot render the project for Snowflake: {outcome.exception or '; '.join(failed)}")
    return work / "compiled" / project["name"]


@contextlib.contextmanager
def every_table_exists() -> Iterator[None]:
    """Answer for the warehouse, while a project is compiled, that each relation is an existing table."""

    def existing_table(adapter: SnowflakeAdapter, database: str, schema: str, identifier: str) -> SnowflakeRelation:
        return SnowflakeRelation.create(database=database, schema=schema, identifier=identifier, type="table")

    original = SnowflakeAdapter.get_relation
    SnowflakeAdapter.get_relation = existing_table
    try:
        yield
    finally:
        SnowflakeAdapter.get_relation = original
