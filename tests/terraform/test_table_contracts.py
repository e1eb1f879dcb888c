"""The tables that Terraform makes are those of the contracts, and a change of a contract loses no data."""

import pytest

from store_matching.contracts.table_contracts import FOLDER, read_table_contracts
from store_matching.infrastructure.offline_terraform import VALUES
from store_matching.infrastructure.terraform_state import resources

TYPES = {
    "varchar": "VARCHAR",
    "double": "FLOAT",
    "bigint": "NUMBER(19,0)",
    "integer": "NUMBER(10,0)",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP_NTZ(6)",
}
ICEBERG = {"GI_STORES", "TH_STORES", "REJECTED_ROWS", "IGNORED_VALUES"}


def test_terraform_makes_the_tables_of_the_contracts(applied):
    _, state = applied
    made = {}
    for kind in ("snowflake_table", "snowflake_iceberg_table"):
        for resource in resources(state, kind):
            values = resource["values"]
            columns = [
                (column["name"], column["type"], not column["nullable"] if "nullable" in column else column["not_null"])
                for column in values["column"]
            ]
            keys = [key for primary_key in values.get("primary_key", ()) for key in primary_key["keys"]]
            made[values["schema"], values["name"]] = (kind, columns, keys, values["comment"])
    wanted = {}
    for table in (*read_table_contracts(FOLDER / "raw.yml"), *read_table_contracts(FOLDER / "ops.yml")):
        is_iceberg = table.name.upper() in ICEBERG
        columns = [
            (column.name.upper(), TYPES[column.type], str(column.not_null).lower() if is_iceberg else column.not_null)
            for column in table.columns
        ]
        kind = "snowflake_iceberg_table" if is_iceberg else "snowflake_table"
        keys = [name.upper() for name in table.primary_key]
        wanted[table.schema, table.name.upper()] = (kind, columns, keys, table.description)
    assert made == wanted


def test_a_new_column_of_ops_is_added_in_place(changeable):
    column = "      - {name: reason, type: varchar}\n"
    changeable.edit("contracts/ops.yml", column, column + "      - {name: other, type: double}\n")
    plan = changeable.in_environment("dev", "plan", VALUES)
    assert "Plan: 0 to add, 1 to change, 0 to destroy." in plan
    assert '+ name     = "OTHER"' in plan


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("      - {name: city, type: varchar}\n", ""),
        ("{name: latitude, type: double}", "{name: latitude, type: varchar}"),
        (
            "{name: loaded_at, type: timestamp}",
            "{name: loaded_at, type: timestamp}\n      - {name: other, type: double}",
        ),
    ],
)
def test_a_change_of_a_landing_table_is_refused(changeable, text, other):
    changeable.edit("contracts/raw.yml", text, other)
    said = changeable.failure("dev", "plan", VALUES)
    assert 'snowflake_iceberg_table.this["RAW.gi_stores"] has lifecycle.prevent_destroy' in said


def test_a_table_that_leaves_the_contract_is_not_dropped(changeable):
    changeable.edit("contracts/ops.yml", "  - name: match_labels", "  - name: labels")
    assert 'this["OPS.match_labels"] has lifecycle.prevent_destroy' in changeable.failure("dev", "plan", VALUES)
