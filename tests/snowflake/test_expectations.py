"""Statements that the emulator cannot run are those that were reviewed: tests/snowflake/expectations/*.sql.

Each is what the project's own macros and functions send, recorded; how to change one on purpose: expectations.py.
"""

import json
import re
from pathlib import Path

import pytest

from store_matching.operations.package_zip import put_package
from store_matching.sentinel.snowflake_table import METADATA_PROCEDURE, list_stage, metadata_location
from store_matching.sentinel.snowpark.stage import Stage
from tests.python.releases.snowflake.project import SnowflakeProject
from tests.python.releases.snowflake.stand_in import StandIn
from tests.snowflake.expectations import UPDATE, check_expectation, reviewed
from tests.snowflake.recorded_project import recorded_run

MODELS = ["gold_stores", "gold_store_crosswalk", "stg_store_matches", "orphan_files"]
SETTINGS = {
    "SNOWFLAKE_EXTERNAL_VOLUME": "STORE_LAKE",
    "SNOWFLAKE_PACKAGE": "store_matching-0.1.0-0123456789ab.zip",
    METADATA_PROCEDURE: "RAW.ICEBERG_TABLE_INFORMATION",
}
# Of a release: what neither the emulator nor its shim runs as Snowflake does.
NOT_EMULATED = re.compile(
    r"(?<!is_)iceberg|version_tag|get_table_versions|\bat\((?:version|timestamp)|swap with|\bclone\b|^grant |"
    r"^show .*grants|managed access|hash_agg|sequence|nextval",
    flags=re.IGNORECASE,
)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> list[str]:
    """What dbt sends for the Iceberg tables and for the Python model."""
    return recorded_run(tmp_path_factory.mktemp("recorded"), MODELS, SETTINGS)


def test_iceberg_tables_are_made_and_clustered_as_reviewed(recorded):
    tables = [statement for statement in recorded if "create or replace iceberg table" in statement]
    assert len(tables) == 3
    clusterings = [statement for statement in recorded if re.search(r"\bcluster by\b", statement)]
    assert len(clusterings) == 3
    check_expectation("iceberg_tables", sorted({*tables, *clusterings}, key=recorded.index))


def test_texts_of_an_iceberg_table_without_contract_have_no_length(recorded):
    # A contract declares the columns; of this table they are what the query gives, and a literal has a length.
    (matches,) = [
        text
        for text in recorded
        if re.search(r"create or replace iceberg table \S*\.store_matches\b", text, re.IGNORECASE)
    ]
    for name in ("status", "decided_by", "logic_version"):
        (written,) = re.findall(rf"(\w+)\s*\)\s+as {name},", matches)
        assert written == "varchar", name


def test_the_python_model_is_a_procedure_with_the_package_as_reviewed(recorded):
    (procedure,) = [statement for statement in recorded if "AS PROCEDURE" in statement]
    check_expectation("python_model", [procedure])
    # Inside Snowflake there is no environment of dbt.
    assert "meta_dict = {'metadata_procedure': 'RAW.ICEBERG_TABLE_INFORMATION'}" in procedure
    # The body goes in dollar quotes.
    assert procedure.count("$$") == 2


def test_each_layer_sets_its_query_tag(recorded):
    check_expectation("query_tags", [statement for statement in recorded if "query_tag" in statement])


@pytest.mark.parametrize("mode", ["clone_and_swap", "version_views"])
def test_a_release_is_kept_published_and_rolled_back_as_reviewed(tmp_path, mode):
    variables = {"snowflake_release_mode": mode, "snowflake_release_retain_days": 30}
    project = SnowflakeProject(tmp_path / "project", variables)
    account = StandIn(tmp_path / "account.duckdb")
    account.connection.execute("create schema MART; create schema RAW")
    account.connection.execute("create table RAW.gi_stores (store_id varchar, store_name varchar, city varchar)")
    for kind in (None, "VIEW"):
        privilege = "USAGE" if kind is None else "SELECT"
        account.connection.execute(
            "insert into STAND_IN.grants values ('MART', ?, ?, 'role \"ANALYST\"')", [privilege, kind]
        )
    for table in ("GOLD.STORES", "GOLD.STORE_CROSSWALK", "STAGING.STORE_MATCHES"):
        account.connection.execute("insert into STAND_IN.iceberg_tables values (?)", [table])
    for number in (1, 2):
        account.connection.execute("insert into RAW.gi_stores values (?, 'Un', 'Paris')", [str(number)])
        assert f"release {number} published" in project.run(account, "build")
    assert project.operate(account, "rollback_release", release_id=1, reason="wrong").success
    account.connection.execute("update OPS.releases set created_at = '2020-01-01', retired_at = '2020-01-01'")
    expired = project.operate(
        account, "expire_releases", keep_last=0, younger_than_days=1, retired_hours=1, dry_run=False
    )
    assert expired.success
    check_expectation(f"release_{mode}", [text for text in account.statements if NOT_EMULATED.search(text)])


def test_the_sentinel_asks_as_reviewed(monkeypatch, tmp_path):
    sent = []

    def execute(sql):
        sent.append(sql)
        if sql.startswith("desc"):
            return [("STAGE_LOCATION", "URL", "String", '["s3://lake/"]', "")]
        return [] if sql.startswith(("list", "put")) else [(json.dumps({"metadataLocation": "s3://lake/v1.json"}),)]

    list_stage(execute, "@OPS.LAKE_STAGE/raw")
    Stage(execute, Path.read_bytes, "@OPS.LAKE_STAGE/raw")
    metadata_location(execute, "RAW.GI_STORES")
    monkeypatch.setenv(METADATA_PROCEDURE, "RAW.ICEBERG_TABLE_INFORMATION")
    metadata_location(execute, "RAW.GI_STORES")
    put_package(execute, Path("/folder/store_matching-0.1.0-0123456789ab.zip"), "@OPS.CODE")
    check_expectation("sentinel", sent)


def test_another_statement_is_refused_and_rewritten_only_on_purpose(recorded, tmp_path, monkeypatch):
    monkeypatch.delenv(UPDATE, raising=False)
    (tmp_path / "made.sql").write_text("select 1;\n\n", encoding="utf-8")
    check_expectation("made", ["select 1"], tmp_path)
    for other in (["select 2"], [], ["select 1", "select 2"]):
        with pytest.raises(AssertionError, match="for a change that is meant"):
            check_expectation("made", other, tmp_path)
    monkeypatch.setenv(UPDATE, "1")
    check_expectation("made", ["select 2"], tmp_path)
    assert (tmp_path / "made.sql").read_text(encoding="utf-8") == "select 2;\n\n"
    monkeypatch.delenv(UPDATE)
    tables = [statement for statement in recorded if "iceberg table" in statement]
    changed = [
        statement.replace("base_location = 'store_matching", "base_location = 'elsewhere") for statement in tables
    ]
    assert changed != tables
    with pytest.raises(AssertionError, match="for a change that is meant"):
        check_expectation("iceberg_tables", changed)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (
            "create table x as (select * from (\n  with y as (select 1)\n  select * from y\n)\norder by (\n k\n)\n)\n;"
            "\nalter table x cluster by (k);",
            "create table x as (…\norder by (\nk\n)\n)\nalter table x cluster by (k)",
        ),
        ("select '0123456789ab', '0123456789abc'", "select '<logic>', '0123456789abc'"),
        ("call x('0dc8a1f0-5b0f-4a5e-8f0e-0123456789ab')", "call x('<run>')"),
        ("select '2026-01-01 00:00:00.000001'::timestamp_ntz", "select '<moment>'::timestamp_ntz"),
    ],
)
def test_what_differs_from_run_to_run_is_masked_and_nothing_else(sent, kept):
    assert reviewed(sent) == kept
