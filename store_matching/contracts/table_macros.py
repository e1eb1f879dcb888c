"""Render the dbt macros that make the tables of the contracts; scripts/generate_table_macros.py writes them."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from store_matching.contracts.table_contracts import FOLDER, TableContract, read_table_contracts

OPS_MACRO = Path("macros/operations/create_ops_tables.sql")
LANDING_MACRO = Path("macros/operations/create_landing_tables.sql")
OPS_HEADER = """\
{# Made by scripts/generate_table_macros.py from contracts/ops.yml: change the contract, not this file.
   The OPS tables, made where they are missing; an existing table is never dropped; columns that a later version
   adds stand last and may be null, and the OPS store adds them to a table it finds without. `store_matching.ops`
   renders this file for SQLite, so it may use plain Jinja only.
   prefix: what stands before a table's name, 'OPS.' on Snowflake and nothing in SQLite. #}
{% macro create_ops_tables(prefix='OPS.') %}
"""
LANDING_HEADER = """\
{# Made by scripts/generate_table_macros.py from contracts/raw.yml and released.yml: change them, not this file.
   The RAW landing tables, and under the schema RELEASED the empty tables that stand for the active release where
   there is none, made where they are missing so that `dbt build` works on a fresh database; an existing table is
   never altered or dropped, and a view of the same name (a project with a lake has views) is left as it is.
   The Python loader renders this file to make the same tables, so it may use plain Jinja only. #}
{% macro create_landing_tables() %}
{% if execute %}
"""


def render_table_macros(contracts: Path = FOLDER) -> dict[Path, str]:
    """Return the text of each macro file by its path in the project; `contracts` is the folder of the contracts."""
    ops = read_table_contracts(contracts / "ops.yml")
    landing = read_table_contracts(contracts / "raw.yml") + read_table_contracts(contracts / "released.yml")
    return {
        OPS_MACRO: OPS_HEADER + "".join(map(_ops_table, ops)) + "{% endmacro %}\n",
        LANDING_MACRO: LANDING_HEADER + _landing_tables(landing) + "{% endif %}\n{% endmacro %}\n",
    }


def _ops_table(table: TableContract) -> str:
    return _create_table("{{ prefix }}" + table.name, table)


def _landing_tables(tables: tuple[TableContract, ...]) -> str:
    parts = []
    for schema, of_schema in groupby(tables, key=lambda table: table.schema):
        parts.append(f"create schema if not exists {schema};\n")
        parts += [_create_table(f"{schema}.{table.name}", table) for table in of_schema]
    return "".join(parts)


def _create_table(name: str, table: TableContract) -> str:
    lines = []
    for column in table.columns:
        not_null = " not null" if column.not_null else ""
        key = " primary key" if table.primary_key == (column.name,) else ""
        lines.append(f"    {column.name} {column.type}{not_null}{key}")
    if len(table.primary_key) > 1:
        lines.append(f"    primary key ({', '.join(table.primary_key)})")
    return f"create table if not exists {name} (\n" + ",\n".join(lines) + "\n);\n"
