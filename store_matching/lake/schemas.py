"""Iceberg schemas of DuckDB relations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from store_matching.errors import LakeError

if TYPE_CHECKING:
    from pyiceberg.schema import Schema
    from pyiceberg.types import IcebergType


def relation_columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    """Return (name, DuckDB type) of a relation's columns in their order."""
    return [(row[0], row[1]) for row in connection.execute(f"describe select * from {relation}").fetchall()]


def iceberg_schema(columns: list[tuple[str, str]]) -> Schema:
    """Return the Iceberg schema of columns (name, DuckDB type). Raises LakeError for a type Iceberg has not."""
    from pyiceberg.schema import Schema
    from pyiceberg.types import NestedField

    return Schema(
        *(
            NestedField(number, name, iceberg_type(name, type_name), required=False)
            for number, (name, type_name) in enumerate(columns, 1)
        )
    )


def iceberg_type(column: str, type_name: str) -> IcebergType:
    """Return the Iceberg type of a column of a DuckDB type. Raises LakeError where there is none."""
    from pyiceberg import types

    plain = {
        "VARCHAR": types.StringType,
        "BOOLEAN": types.BooleanType,
        "TINYINT": types.IntegerType,
        "SMALLINT": types.IntegerType,
        "INTEGER": types.IntegerType,
        "BIGINT": types.LongType,
        "FLOAT": types.FloatType,
        "DOUBLE": types.DoubleType,
        "DATE": types.DateType,
        "TIMESTAMP": types.TimestampType,
        "TIMESTAMP WITH TIME ZONE": types.TimestamptzType,
    }
    if type_name in plain:
        return plain[type_name]()
    if type_name.startswith("DECIMAL("):
        precision, scale = type_name[len("DECIMAL(") : -1].split(",")
        return types.DecimalType(int(precision), int(scale))
    raise LakeError(
        f"column {column} has the type {type_name}, which Iceberg has not\n"
        f"  what to do: cast it in the model to one of {', '.join(sorted(plain))} or DECIMAL(p,s)"
    )
