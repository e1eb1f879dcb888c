"""The contracts, the macros written from them, what DuckDB, SQLite and the lake make, and dbt's sources agree."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
import yaml

from store_matching.contracts.table_contracts import FOLDER, TYPES, TableContract, read_table_contracts
from store_matching.contracts.table_macros import render_table_macros
from store_matching.landing.columns import EXTRACT_COLUMNS
from store_matching.landing.lake_tables import landing_columns
from store_matching.landing.landing_tables import create_landing_tables
from store_matching.ops.store import OpsStore

REPOSITORY = Path(__file__).resolve().parents[3]
FILES = ("ops.yml", "raw.yml", "released.yml")


def contract(schema: str) -> dict[str, TableContract]:
    return {table.name: table for table in read_table_contracts(FOLDER / f"{schema}.yml")}


def dbt_source(name: str) -> dict[str, dict]:
    found = yaml.safe_load((REPOSITORY / f"models/raw/_{name}__sources.yml").read_text(encoding="utf-8"))
    return {table["name"]: table for table in found["sources"][0]["tables"]}


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """A copy of the contracts that may be changed."""
    return shutil.copytree(FOLDER, tmp_path / "contracts")


def edit(file: Path, text: str, other: str) -> None:
    before = file.read_text(encoding="utf-8")
    # Names of columns in keys stay as they are, and a key of no column is refused.
    after = before.replace(text, other, 1) if "key" in text else _without_keys(before).replace(text, other, 1)
    assert after != before
    file.write_text(after, encoding="utf-8")


def _without_keys(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith("    primary_key:"))


def names_and_types(table: TableContract) -> list[tuple[str, str]]:
    return [(column.name, column.type.upper()) for column in table.columns]


def test_the_macros_are_those_of_the_contracts():
    for file, text in render_table_macros().items():
        assert (REPOSITORY / file).read_text(encoding="utf-8") == text, "run scripts/generate_table_macros.py"


CHANGES = (("type: varchar", "type: double"), ("{name: ", "{name: other_"), ("  - name: ", "  - name: other_"))
MACROS = (("ops.yml", "create_ops"), ("raw.yml", "create_landing"), ("released.yml", "create_landing"))


@pytest.mark.parametrize(("file", "macro"), MACROS)
@pytest.mark.parametrize(("text", "other"), CHANGES)
def test_a_change_of_a_contract_changes_its_macro(contracts, file, macro, text, other):
    edit(contracts / file, text, other)
    written = render_table_macros(contracts)
    changed = [path.name for path, macro_text in render_table_macros().items() if written[path] != macro_text]
    assert len(changed) == 1
    assert changed[0].startswith(macro)


FAULTS = (
    ("type: varchar", "type: text", "text is none of"),
    ("primary_key: [", "primary_key: [missing, ", "missing, no column"),
)


@pytest.mark.parametrize(("text", "other", "message"), FAULTS)
def test_a_contract_that_cannot_be_is_refused(contracts, text, other, message):
    edit(contracts / "ops.yml", text, other)
    with pytest.raises(ValueError, match=message):
        read_table_contracts(contracts / "ops.yml")


@pytest.mark.parametrize("schema", ["raw", "released"])
def test_duckdb_has_the_landing_tables_of_the_contract(schema):
    with duckdb.connect() as connection:
        create_landing_tables(connection)
        found = {
            table: connection.execute(
                "select column_name, data_type from duckdb_columns() where lower(schema_name) = ? and table_name = ?"
                " order by column_index",
                [schema, table],
            ).fetchall()
            for (table,) in connection.execute(
                "select table_name from duckdb_tables() where lower(schema_name) = ?", [schema]
            ).fetchall()
        }
    assert found == {name: names_and_types(table) for name, table in contract(schema).items()}


def test_the_lake_has_the_columns_of_the_contract():
    assert {name: list(columns.items()) for name, columns in landing_columns().items()} == {
        name: names_and_types(table) for name, table in contract("raw").items()
    }


def test_sqlite_has_the_ops_tables_of_the_contract(tmp_path):
    file = tmp_path / "ops.sqlite"
    OpsStore(file).rows("select 1")
    with closing(sqlite3.connect(file)) as connection:
        found = {
            table: connection.execute(f"pragma table_info({table})").fetchall()
            for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        }
    for name, table in contract("ops").items():
        rows = found.pop(name)
        assert [(row[1], row[2].upper()) for row in rows] == names_and_types(table), name
        assert [row[1] for row in rows if row[3]] == [column.name for column in table.columns if column.not_null], name
        keys = [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]
        assert keys == list(table.primary_key), name
    assert not found


@pytest.mark.parametrize("schema", ["raw", "released"])
def test_dbt_describes_every_landing_column_in_its_place(schema):
    tables, described = contract(schema), dbt_source(schema)
    assert set(described) <= set(tables)
    assert schema == "released" or set(described) == set(tables)
    for name, table in described.items():
        assert [column["name"] for column in table["columns"]] == [column.name for column in tables[name].columns], name


def test_dbt_describes_landing_tables_in_the_words_of_the_contract():
    described = dbt_source("raw")
    assert {name: table["description"] for name, table in described.items()} == {
        name: table.description for name, table in contract("raw").items()
    }


def test_dbt_reads_ops_columns_of_the_contract():
    tables, read = contract("ops"), dbt_source("ops")
    assert read
    for name, table in read.items():
        types = {column.name: column.type for column in tables[name].columns}
        assert {column["name"]: column["data_type"] for column in table["columns"]} == {
            column["name"]: types.get(column["name"]) for column in table["columns"]
        }, name
        assert table["description"] == tables[name].description, name


def test_extracts_land_in_columns_of_the_contract():
    for name in ("gi_stores", "th_stores"):
        columns = [column.name for column in contract("raw")[name].columns]
        assert columns[: len(EXTRACT_COLUMNS)] == [column.raw_column for column in EXTRACT_COLUMNS]


def test_every_type_is_used():
    used = {column.type for file in FILES for table in read_table_contracts(FOLDER / file) for column in table.columns}
    assert used == set(TYPES)
