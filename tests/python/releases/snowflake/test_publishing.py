"""What publishing on Snowflake sends, in which order, and who may read when."""

import re

import pytest
from sqlfluff.core import FluffConfig, Linter

from tests.python.releases.snowflake.account import (
    DATA_1,
    DATA_2,
    DATA_3,
    FUNCTIONS,
    NAMELESS,
    VERSION_SELECTOR,
    VERSION_TAG,
    begin_and_die,
    check_that_all_agrees,
    land,
    positions,
    rights_on_mart,
    schemas,
    shown,
    statuses,
)
from tests.python.releases.snowflake.project import SnowflakeProject


def test_publishing_swaps_once_after_the_candidate_is_tested_and_claimed(project, account):
    land(account, DATA_2)
    assert project.run(account, "build").success

    order = positions(
        account.statements,
        "insert into OPS.releases ",
        "create schema STORE_MATCHING.RELEASE_2",
        "create transient table STORE_MATCHING.RELEASE_2.STORES clone STORE_MATCHING.GOLD.STORES",
        "insert into OPS.release_tables",
        "create schema STORE_MATCHING.MART_CANDIDATE_2 with managed access",
        "create view STORE_MATCHING.MART_CANDIDATE_2.STORES",
        "create view STORE_MATCHING.MART_CANDIDATE_2.ACTIVE_RELEASE as select 2",
        "select count(*) as failures",
        "update OPS.active_release set release_id = 2, changed_at = sysdate() where slot = 1 and not is_held",
        "grant USAGE on schema STORE_MATCHING.RELEASE_2 to role",
        "grant SELECT on all VIEWs in schema STORE_MATCHING.MART_CANDIDATE_2 to role",
        "grant SELECT on future VIEWs in schema STORE_MATCHING.MART_CANDIDATE_2 to role",
        "alter schema STORE_MATCHING.MART swap with STORE_MATCHING.MART_CANDIDATE_2",
        "insert into OPS.release_events",
        "drop schema if exists STORE_MATCHING.MART_CANDIDATE_2",
    )
    assert order == sorted(order)
    assert shown(account) == (2, sorted(DATA_2))
    assert statuses(account) == {1: "superseded", 2: "active"}
    check_that_all_agrees(account)


@pytest.mark.long
def test_a_release_is_recorded_with_what_it_was_built_from(account_2):
    row = account_2.rows(
        """select base_release_id, golden_stores, tests_passed, tests_warned, created_by, length(gi_snapshot_id),
            length(logic_version) from OPS.releases where release_id = 2"""
    )
    assert row == [(1, 3, 2, 0, "TRANSFORMER_USER", 26, 12)]
    assert account_2.rows("select table_name, row_count from OPS.release_tables where release_id = 2 order by all") == [
        ("gold.store_crosswalk", 3),
        ("gold.stores", 3),
        ("staging.store_matches", 3),
    ]
    assert account_2.rows(
        "select gold_store_id, first_release_id, retired_by_release_id from OPS.gold_store_ids order by all"
    ) == [("1", 1, None), ("2", 1, None), ("3", 2, None)]


def test_readers_keep_their_rights_when_mart_moves(project, account):
    before = rights_on_mart(account)
    assert len(before) == 4
    land(account, DATA_2)
    assert project.run(account, "build").success
    assert rights_on_mart(account) == before
    # Future rights alone would leave the views that the swap brings unreadable.
    assert set(account.rows("select object, privilege, grantee from STAND_IN.grants where object like 'MART.%'")) == {
        (f"MART.{view}", "SELECT", grantee)
        for view in ("STORES", "MATCH_COVERAGE", "ACTIVE_RELEASE")
        for _, _, _, grantee in before
    }


def test_nobody_may_read_a_candidate_before_it_is_tested_and_claimed(project, account):
    land(account, DATA_2)
    granted = []

    def look(statement):
        if statement.startswith(("select count(*) as failures", "update OPS.active_release set")):
            of_candidate = "object like 'MART_CANDIDATE_2%' or object like 'RELEASE_2%'"
            granted.append(account.value(f"select count(*) from STAND_IN.grants where {of_candidate}"))

    account.before = look
    assert "release 2 published" in project.run(account, "build")
    assert granted == [0, 0]


@pytest.mark.long
def test_readers_of_mart_may_read_the_tables_of_the_release(project, account):
    account.connection.execute("insert into STAND_IN.grants values ('MART', 'SELECT', 'TABLE', 'role \"ANALYST\"')")
    account.forget()
    land(account, DATA_2)
    assert project.run(account, "build").success
    rights = set(account.rows("select privilege, grant_on, grantee from STAND_IN.grants where object = 'RELEASE_2'"))
    assert {("USAGE", None, 'role "ANALYST"'), ("SELECT", "TABLE", 'role "ANALYST"')} <= rights
    tables = "select object, privilege, grantee from STAND_IN.grants where object like 'RELEASE_2.%'"
    assert {("RELEASE_2.STORES", "SELECT", 'role "ANALYST"')} <= set(account.rows(tables))


@pytest.mark.long
def test_a_run_asks_for_no_right_to_make_what_exists(project, account):
    land(account, DATA_2)
    assert project.run(account, "run").success
    assert [text for text in account.statements if re.match("create (table|sequence)", text) and "OPS." in text] == []
    assert [text for text in account.statements if re.match("create table.* RAW", text, re.DOTALL)] == []
    assert [text for text in account.statements if text.startswith("insert into OPS.active_release")] == []


@pytest.mark.long
def test_a_release_does_not_change_when_its_tables_are_rebuilt(project, account):
    land(account, DATA_3)
    assert project.run(account, "run").success
    assert account.rows("select gold_store_id from GOLD.STORES") == [("4",)]
    assert shown(account) == (1, DATA_1)


def test_unchanged_rows_make_no_release(project, account):
    outcome = project.run(account, "build")
    assert outcome.success and "nothing published: no row differs from release 1" in outcome
    assert statuses(account) == {1: "active"}
    assert not any("swap with" in text or "clone" in text for text in account.statements)


@pytest.mark.parametrize("command", ["run", "test"])
@pytest.mark.long
def test_other_commands_neither_publish_nor_stop_a_publisher(project, account, command):
    account.connection.execute(
        """create schema MART_CANDIDATE_7; insert into OPS.releases (release_id, release_status, run_id, created_at)
           values (7, 'candidate', 'another', sysdate())"""
    )
    outcome = project.run(account, command)
    assert f"nothing published: dbt {command} does not publish" in outcome
    assert statuses(account) == {1: "active", 7: "candidate"}
    assert schemas(account, "MART_CANDIDATE_") == ["MART_CANDIDATE_7"]


def test_a_candidate_that_fails_a_test_is_not_shown(project, account):
    land(account, NAMELESS)
    outcome = project.run(account, "build")
    assert not outcome.success
    assert "nothing published: test not_null_mart_stores_store_name found 1 failures in the candidate" in outcome
    assert not any("swap with" in text for text in account.statements)
    assert shown(account) == (1, DATA_1)
    assert statuses(account) == {1: "active", 2: "abandoned"}
    check_that_all_agrees(account)


@pytest.mark.long
def test_a_mart_view_that_reads_an_unreleased_table_is_refused(tmp_path, account):
    project = SnowflakeProject(tmp_path / "project")
    project.write("models/staging/stg_live.sql", "select 1 as live")
    project.write(
        "models/mart/mart_match_coverage.sql",
        "select 'GI_ONLY' as status, count(*) as stores from {{ ref('stg_live') }} cross join {{ ref('gold_stores') }}",
    )
    land(account, DATA_2)
    outcome = project.run(account, "build")
    assert not outcome.success and "MART.MATCH_COVERAGE reads STORE_MATCHING.STAGING.live" in outcome
    assert not any("swap with" in text or "clone" in text for text in account.statements)


@pytest.mark.long
def test_a_released_model_that_is_a_view_is_refused_before_anything_is_written(tmp_path, account):
    project = SnowflakeProject(tmp_path / "project")
    text = (project.root / "models/staging/stg_store_matches.sql").read_text()
    project.write("models/staging/stg_store_matches.sql", "{{ config(materialized='view') }}" + text)
    land(account, DATA_2)
    account.connection.execute("drop table STAGING.store_matches")
    outcome = project.run(account, "build")
    assert not outcome.success and "STAGING.STORE_MATCHES is a view; only tables can be released" in outcome
    assert statuses(account) == {1: "active"}


@pytest.mark.long
def test_the_next_run_is_measured_against_the_inputs_of_the_active_release(project, account):
    land(account, DATA_2)
    assert project.run(account, "build").success
    recorded = account.value("select gi_snapshot_id from OPS.releases where release_id = 2")
    account.forget()
    assert project.run(account, "run").success
    (view,) = [text for text in account.statements if "view STORE_MATCHING.RELEASED.GI_STORES" in text]
    assert view.endswith(f"from STORE_MATCHING.RAW.GI_STORES at(timestamp => '{recorded}'::timestamp_ntz)")
    assert account.rows("select gold_store_id from RELEASED.STORE_CROSSWALK order by 1") == [("1",), ("2",), ("3",)]
    # Snowflake keeps one day here: after two, the inputs count as unknown and every store as changed.
    account.connection.execute("update OPS.releases set gi_snapshot_id = '2026-01-01 00:00:00.000000'")
    account.forget()
    assert project.run(account, "run").success
    assert account.rows("select * from RELEASED.GI_STORES") == []


@pytest.mark.long
def test_every_statement_is_snowflake_sql(project, by_versions, account_2, iceberg_account):
    statements = set()
    for way, account in ((project, account_2), (by_versions, iceberg_account)):
        land(account, DATA_3)
        assert way.run(account, "build").success
        way.operate(account, "rollback_release", release_id=1, reason="it's\\wrong; -- not")
        way.operate(account, "lift_hold", reason="mended")
        way.operate(account, "list_releases")
        way.operate(account, "diff_releases", from_release_id=1, to_release_id=2)
        account.connection.execute("update OPS.releases set created_at = '2020-01-01', retired_at = '2020-01-01'")
        way.operate(account, "expire_releases", keep_last=0, younger_than_days=1, retired_hours=1, dry_run=False)
        statements.update(account.statements)
        land(account, NAMELESS)
        way.run(account, "build")
        way.operate(account, "release_run_lock", run_id=begin_and_die(way, account), reason="lost")
        statements.update(account.statements)
    # Every kind that the macros write has been seen; otherwise this test would look at less than it says.
    for part in (
        "version_tag if exists",
        "create or replace version_tag",
        "at(version =>",
        "at(timestamp =>",
        " clone ",
        "swap with",
        "show future grants",
        "grant ",
        "merge into",
        "except",
        "get_table_versions",
        "nextval",
        "run_lock_released",
    ):
        assert any(part in text for text in statements), part

    linter = Linter(config=FluffConfig(overrides={"dialect": "snowflake", "templater": "raw", "max_parse_depth": 0}))
    faults = []
    # Statements that differ in numbers alone have one grammar: parse one of each.
    shapes = {re.sub(r"\d+", "1", statement): statement for statement in sorted(statements)}
    for statement in shapes.values():
        if statement.startswith("alter iceberg table"):
            assert VERSION_TAG.fullmatch(statement), statement
            continue
        parsed = linter.parse_string(VERSION_SELECTOR[0].sub(VERSION_SELECTOR[1], statement))
        faults += [(statement, violation.desc()) for violation in parsed.violations]
        names = (
            {function.raw.lower() for function in parsed.tree.recursive_crawl("function_name")}
            if parsed.tree
            else set()
        )
        faults += [(statement, f"unknown function {name}") for name in names - FUNCTIONS]
    assert faults == []
