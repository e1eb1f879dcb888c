"""Read contracts/*.yml: the columns of the tables that no dbt model makes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).resolve().parents[2] / "contracts"
TYPES = ("varchar", "double", "bigint", "integer", "boolean", "timestamp")


@dataclass(frozen=True)
class ContractColumn:
    """One column: its name, one of TYPES, and whether it is never null."""

    name: str
    type: str
    not_null: bool


@dataclass(frozen=True)
class TableContract:
    """One table.

    schema:      'RAW', 'RELEASED' or 'OPS'
    primary_key: names of columns, empty where there is none
    columns:     in the order of the table
    """

    schema: str
    name: str
    description: str
    primary_key: tuple[str, ...]
    columns: tuple[ContractColumn, ...]


def read_table_contracts(file: Path) -> tuple[TableContract, ...]:
    """Return the tables of one file of contracts, in its order.

    Raises ValueError for a type that is not one of TYPES and for a key of no column.
    """
    contents = yaml.safe_load(file.read_text(encoding="utf-8"))
    return tuple(_table(contents["schema"], table) for table in contents["tables"])


def _table(schema: str, table: dict) -> TableContract:
    columns = tuple(
        ContractColumn(column["name"], column["type"], column.get("not_null", False)) for column in table["columns"]
    )
    for column in columns:
        if column.type not in TYPES:
            raise ValueError(f"{schema}.{table['name']}.{column.name}: {column.type} is none of {', '.join(TYPES)}")
    primary_key = tuple(table.get("primary_key", ()))
    unknown = set(primary_key) - {column.name for column in columns}
    if unknown:
        raise ValueError(f"{schema}.{table['name']}: the primary key names {', '.join(sorted(unknown))}, no column")
    return TableContract(schema, table["name"], table["description"], primary_key, columns)
