"""The RAW landing tables: made from the dbt macro that contracts/raw.yml is written into."""

from __future__ import annotations

from pathlib import Path

import duckdb
from jinja2 import Environment, StrictUndefined

DEFINITION = Path(__file__).resolve().parents[2] / "macros" / "operations" / "create_landing_tables.sql"


def landing_tables_sql() -> str:
    """Return the SQL that makes schema RAW and its tables where they are missing."""
    environment = Environment(undefined=StrictUndefined)
    environment.globals["execute"] = True
    macro = environment.from_string(DEFINITION.read_text(encoding="utf-8")).module
    return str(macro.create_landing_tables())


def create_landing_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the landing tables that `connection`'s database does not have yet; nothing else is touched."""
    connection.execute(landing_tables_sql())
