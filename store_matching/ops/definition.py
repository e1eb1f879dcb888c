"""The OPS tables as SQL for SQLite: made from the dbt macro that contracts/ops.yml is written into."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined

DEFINITION = Path(__file__).resolve().parents[2] / "macros" / "operations" / "create_ops_tables.sql"


@cache
def ops_tables_sql(prefix: str = "") -> str:
    """Return the SQL that makes the OPS tables where they are missing; `prefix` stands before each name."""
    environment = Environment(undefined=StrictUndefined)
    macro = environment.from_string(DEFINITION.read_text(encoding="utf-8")).module
    return str(macro.create_ops_tables(prefix))


@cache
def ops_tables() -> tuple[str, ...]:
    """Return the names of the OPS tables."""
    return tuple(re.findall(r"create table if not exists (\w+) ", ops_tables_sql()))


@cache
def ops_columns() -> dict[str, dict[str, str]]:
    """Return, by table, the definition of each column: its type and constraints."""
    found: dict[str, dict[str, str]] = {}
    for table, body in re.findall(r"create table if not exists (\w+) \((.*?)\n\)", ops_tables_sql(), re.DOTALL):
        columns = (line.strip().rstrip(",") for line in body.strip().splitlines())
        pairs = (line.split(" ", 1) for line in columns if not line.startswith("primary key"))
        found[table] = dict(pairs)
    return found
