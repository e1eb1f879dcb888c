"""The SQL inside Terraform (conditions of alerts, the Sentinel's procedure) is Snowflake's, and reads what there is."""

import re

import pytest
from sqlfluff.core import FluffConfig, Linter

from store_matching.contracts.table_contracts import FOLDER, read_table_contracts
from store_matching.infrastructure.offline_terraform import PROJECT
from store_matching.infrastructure.terraform_state import resources
from store_matching.sentinel.types import FindingClass

LINTER = Linter(config=FluffConfig(overrides={"dialect": "snowflake"}))
ALERTS = {"CREDITS_OF_A_DAY", "GOLDEN_STORES_FELL", "UNMATCHED_SHARE", "LOST_BATCH", "RUN_FAILED", "NO_RELEASE"}


def names(sql: str, kind: str) -> set[str]:
    """The last part of each 'column_reference' of a statement, or the whole 'table_reference', as it is written."""
    tree = LINTER.parse_string(sql).tree
    found = {segment.raw for segment in tree.recursive_crawl(kind)}
    return found if kind == "table_reference" else {name.split(".")[-1] for name in found}


def parses(sql: str) -> bool:
    return not LINTER.parse_string(sql).violations


def alerts(state: dict) -> dict[str, dict]:
    return {resource["values"]["name"]: resource["values"] for resource in resources(state, "snowflake_alert")}


def test_credits_rows_unmatched_share_and_lost_batches_are_watched(applied):
    assert set(alerts(applied[1])) == ALERTS


@pytest.mark.parametrize("name", sorted(ALERTS))
def test_an_alert_is_snowflake_sql(applied, name):
    alert = alerts(applied[1])[name]
    for part in ("condition", "action"):
        assert parses(alert[part]), alert[part]
        assert not parses(alert[part].replace("(", "((", 1))
    guide = re.search(r"What to do: (\S+)'", alert["action"])[1]
    assert (PROJECT / guide).is_file(), guide


@pytest.mark.parametrize("name", sorted(ALERTS - {"CREDITS_OF_A_DAY", "UNMATCHED_SHARE"}))
def test_an_alert_reads_columns_of_the_contract(applied, name):
    tables = {table.name: table for table in read_table_contracts(FOLDER / "ops.yml")}
    condition = alerts(applied[1])[name]["condition"]
    columns = set()
    for full_name in names(condition, "table_reference"):
        database, schema, table = full_name.split(".")
        assert (database, schema) == ("STORE_MATCHING_DEV", "OPS")
        columns |= {column.name for column in tables[table.lower()].columns}
    # Names of the parts of a time (hour) are parsed as columns.
    read = names(condition, "column_reference") - {"hour", "minute"}
    assert read
    assert read <= columns


def test_the_unmatched_share_reads_columns_of_mart(applied):
    condition = alerts(applied[1])["UNMATCHED_SHARE"]["condition"]
    assert names(condition, "table_reference") == {"STORE_MATCHING_DEV.MART.STORES"}
    assert names(condition, "column_reference") == {"match_status"}
    described = (PROJECT / "models/mart/_mart__models.yml").read_text(encoding="utf-8")
    assert "- name: match_status" in described[: described.index("- name: mart_store_crosswalk")]


def test_a_lost_batch_is_called_what_the_sentinel_calls_it(applied):
    condition = alerts(applied[1])["LOST_BATCH"]["condition"]
    listed = re.search(r"finding_class in \(([^)]*)\)", condition)
    assert set(re.findall(r"'(\w+)'", listed[1])) <= {str(kind) for kind in FindingClass}
    assert "'lost_batch'" in listed[1]


def test_the_procedure_takes_landing_tables_only(applied):
    (procedure,) = resources(applied[1], "snowflake_procedure_sql")
    body = procedure["values"]["procedure_definition"]
    allowed = set(re.findall(r"'([A-Z_.]+)'", body[: body.index("raise no_landing_table")]))
    tables = ("GI_STORES", "TH_STORES", "REJECTED_ROWS", "IGNORED_VALUES")
    assert allowed == {f"{before}{table}" for table in tables for before in ("", "RAW.", "STORE_MATCHING_DEV.RAW.")}
    assert body.index("raise no_landing_table") < body.index("execute immediate")
    assert procedure["values"]["execute_as"] == "OWNER"
    assert parses(f"create procedure OPS.P(LANDING_TABLE varchar) returns varchar language sql as $$\n{body}\n$$")
