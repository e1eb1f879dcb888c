"""The RAW landing tables in the lake: Iceberg tables of the columns of the DuckDB ones."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

import duckdb

from store_matching.lake import LakeError
from store_matching.landing.landing_tables import create_landing_tables

if TYPE_CHECKING:
    from pyiceberg.schema import Schema
    from pyiceberg.table import Table

    from store_matching.lake import Lake

NAMESPACE = "raw"
STORES_TABLES = {"GI": "gi_stores", "TH": "th_stores"}
SIDE_TABLES = ("rejected_rows", "ignored_values")
LANDING_TABLES = (*STORES_TABLES.values(), *SIDE_TABLES)
# Of the side tables, in the lake only: rows count when a stores snapshot carries the load id.
LOAD_ID = "load_id"
# Processes that make the tables of a new lake at the same moment stand in each other's way.
MAKING_TRIES = 8
MAKING_WAIT_SECONDS = 0.2


@cache
def landing_columns() -> dict[str, dict[str, str]]:
    """Return the columns of each table of RAW with their DuckDB types: those of the dbt macro."""
    with duckdb.connect() as connection:
        create_landing_tables(connection)
        found = connection.execute(
            """select table_name, column_name, data_type from information_schema.columns
               where lower(table_schema) = 'raw' order by table_name, ordinal_position"""
        ).fetchall()
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in found:
        columns.setdefault(table, {})[column] = kind
    return columns


def landing_table(lake: Lake, name: str) -> Table:
    """Return the Iceberg table of a landing table's name, made where it is missing.

    Raises LakeError when the catalog or the table cannot be read or made.
    """
    for tries_left in reversed(range(MAKING_TRIES)):
        try:
            return lake.make_table(f"{NAMESPACE}.{name}", _schema(name))
        except LakeError:
            raise
        except Exception as error:
            # Whatever it was, making again what may exist is safe.
            if not tries_left:
                raise LakeError(
                    f"landing table {NAMESPACE}.{name} in {lake.settings.root} cannot be opened: "
                    f"{type(error).__name__}: {error}\n"
                    "  what to do: check that the lake's folder may be written and its disk is not full, run again"
                ) from error
            time.sleep(MAKING_WAIT_SECONDS)
    raise AssertionError("unreachable")


def _schema(name: str) -> Schema:
    from pyiceberg.schema import Schema
    from pyiceberg.types import BooleanType, DoubleType, LongType, NestedField, StringType, TimestampType

    types = {
        "VARCHAR": StringType(),
        "DOUBLE": DoubleType(),
        "BIGINT": LongType(),
        "BOOLEAN": BooleanType(),
        "TIMESTAMP": TimestampType(),
    }
    columns = landing_columns()[name] | ({LOAD_ID: "VARCHAR"} if name in SIDE_TABLES else {})
    return Schema(
        *(
            NestedField(field_id=number, name=column, field_type=types[kind], required=False)
            for number, (column, kind) in enumerate(columns.items(), start=1)
        )
    )
