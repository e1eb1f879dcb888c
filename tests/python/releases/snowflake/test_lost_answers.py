"""Answers of Snowflake that never came, retries, and tables that were changed by half."""

import re

import pytest

from tests.python.releases.snowflake.account import (
    DATA_1,
    DATA_2,
    DATA_3,
    NAMELESS,
    change_by_half,
    check_that_all_agrees,
    fail_after_commit_of,
    fail_at,
    land,
    lose_answer_of,
    shown,
    statuses,
)
from tests.python.releases.snowflake.project import MODELS, SnowflakeProject


def test_a_lost_answer_to_the_swap_makes_no_run_compute_every_store(project, account):
    land(account, DATA_2)
    account.before = lose_answer_of("alter schema")
    assert not project.run(account, "build").success
    assert shown(account) == (2, sorted(DATA_2))
    account.forget()
    land(account, DATA_3)
    outcome = project.run(account, "build")
    assert "release 3 published" in outcome and "OPS now says what MART shows: release 2" in outcome
    assert "scope: stores that changed" in outcome, outcome.said
    assert shown(account) == (3, DATA_3)
    check_that_all_agrees(account)


@pytest.mark.parametrize("lost", ["alter schema", None])
def test_a_retry_of_a_run_that_is_published_publishes_nothing_again(tmp_path, account, lost):
    project = SnowflakeProject(tmp_path / "project")
    project.write("models/staging/stg_other.sql", "select 1 as one")
    land(account, DATA_2)
    lose, fail = (
        lose_answer_of(lost or "no statement"),
        fail_at("create or replace transient table STORE_MATCHING.STAGING.other"),
    )
    account.before = lambda text: (lose(text), fail(text))
    outcome = project.run(account, "build")
    assert ("release 2 published" in outcome) == (lost is None) and not outcome.success
    account.forget()
    outcome = project.run(account, "retry")
    assert outcome.success and "nothing published: release 2 holds what the completed run had built" in outcome, (
        outcome.said
    )
    assert (shown(account), statuses(account)) == ((2, sorted(DATA_2)), {1: "superseded", 2: "active"})
    assert not any("swap with" in text or " clone " in text for text in account.statements)
    check_that_all_agrees(account)


def test_a_candidate_that_is_sent_twice_is_one(project, account):
    land(account, DATA_2)
    asks = "select max(release_id) from OPS.releases where run_id"

    def send_again(statement):
        if statement.startswith(asks):
            account.before = lambda text: None
            account.send(next(text for text in account.statements if text.startswith("insert into OPS.releases ")))

    account.before = send_again
    assert "release 2 published" in project.run(account, "build")
    assert statuses(account) == {1: "superseded", 2: "active"}


def test_nothing_is_left_of_a_candidate_that_was_given_up(project, account):
    kept = (
        "select distinct release_id from OPS.release_tables union select release_id from OPS.release_views order by 1"
    )
    land(account, NAMELESS)
    assert not project.run(account, "build").success
    assert account.rows(kept) == [(1,)]
    # Its removal may have ended after the schema, or the schema have been made when it was given up already.
    account.connection.execute(
        """insert into OPS.release_views values (2, 'STORES', 'select 1');
           insert into OPS.releases (release_id, release_status, run_id, created_at)
           values (7, 'abandoned', 'x', sysdate());
           create schema RELEASE_7"""
    )
    land(account, DATA_2)
    assert "release 3 published" in project.run(account, "build")
    assert account.rows(kept) == [(1,), (3,)]
    check_that_all_agrees(account)


def test_a_retry_puts_back_first_what_a_commit_with_a_lost_answer_changed(by_scope):
    project, account = by_scope
    account.before = fail_after_commit_of("insert into STORE_MATCHING.GOLD.stores")
    assert not project.run(account, "build").success
    assert sorted(account.rows("select gold_store_id, store_name, city from GOLD.stores")) == sorted(DATA_2)
    account.forget()
    assert "release 2 published" in project.run(account, "retry")
    # What the models behind read: the rows that changed since the run before, not since the lost answer.
    assert account.rows("select gold_store_id from SCOPE.added_gold_stores order by 1") == [("2",), ("3",)]
    assert account.rows("select gold_store_id, city from SCOPE.removed_gold_stores") == [("2", "Lyon")]
    assert shown(account) == (2, sorted(DATA_2))


def test_a_table_that_was_changed_by_half_is_put_back(by_scope):
    project, account = by_scope
    change_by_half(project, account)
    seen = []

    def look(statement):
        if statement.startswith("create") and "SCOPE.removed_gold_stores as" in statement:
            seen.append(account.rows("select gold_store_id, store_name, city from GOLD.stores order by 1"))

    account.before = look
    assert "release 2 published" in project.run(account, "build")
    assert seen[0] == DATA_1
    assert shown(account) == (2, sorted(DATA_2))
    kept = [text for text in account.statements if re.search(r"^create.*SCOPE\.(removed|added)_", text)]
    assert len(kept) == 3 and all(text.startswith("create or replace transient table") for text in kept)


def test_what_others_write_into_the_change_log_is_in_no_statement(by_scope):
    project, account = by_scope
    change_by_half(project, account)
    evil = "stores where false; drop schema MART; --"
    account.connection.execute("insert into SCOPE.changed_tables values ('GOLD', ?)", [evil])
    outcome = project.run(account, "build")
    assert "release 2 published" in outcome, outcome.said
    assert f"changed gold.{evil.lower()}, which the strategy scope does not write" in outcome
    assert not any(
        text.lower().startswith(("drop schema mart", "delete from store_matching.gold.stores where false"))
        for text in account.statements
    )
    assert shown(account) == (2, sorted(DATA_2))
    assert account.rows("select table_name from SCOPE.changed_tables where table_name like '%;%'") == []


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("cast(1 as integer) as floors, cast(2 as bigint) as place_key", "release 3 published"),
        # What is no whole number is another type still.
        ("cast('a' as varchar) as floors, cast(2 as bigint) as place_key", "out of sync"),
    ],
)
def test_widths_of_whole_numbers_in_an_iceberg_table_stop_no_second_run(by_scope, written, outcome):
    project, account = by_scope
    query = (
        "{{ config(materialized='incremental', incremental_strategy='scope', on_schema_change='fail',"
        " meta={'scope': 'gold', 'grain': ['gold_store_id'], 'released': true, 'keeps_history': true}) }}"
        " select *, %s from (" + MODELS["models/gold/gold_stores.sql"] + ") as stores"
    )
    project.write("models/gold/gold_stores.sql", query % "cast(1 as integer) as floors, cast(2 as bigint) as place_key")
    project.manifest = None
    account.connection.execute("drop table GOLD.STORES")
    assert "release 2 published" in project.run(account, "build")
    # As Snowflake describes it: int and long.
    account.connection.execute("insert into STAND_IN.iceberg_tables values ('GOLD.STORES')")
    land(account, DATA_3)
    project.write("models/gold/gold_stores.sql", query % written)
    project.manifest = None
    answer = project.run(account, "build")
    assert outcome in answer, answer.said


@pytest.mark.long
def test_a_retry_publishes_with_the_inputs_of_the_run_that_it_completes(tmp_path, account):
    project = SnowflakeProject(tmp_path / "project")
    land(account, DATA_2)
    account.before = fail_at("create or replace transient table STORE_MATCHING.GOLD.stores")
    assert not project.run(account, "build").success
    begun = account.rows("select run_id, gi_snapshot_id from OPS.runs order by started_at desc limit 1")
    account.forget()
    outcome = project.run(account, "retry")
    assert "release 2 published" in outcome, outcome.said
    assert shown(account) == (2, sorted(DATA_2))
    assert (
        account.rows("select continues_run_id, gi_snapshot_id from OPS.runs order by started_at desc limit 1") == begun
    )


def test_a_retry_runs_no_sql_that_others_can_write(tmp_path, account):
    project = SnowflakeProject(tmp_path / "project")
    land(account, DATA_2)
    account.before = fail_at("create or replace transient table STORE_MATCHING.STAGING.store_matches")
    assert not project.run(account, "build").success
    account.connection.execute("update OPS.transformation_logs set compiled_sql = 'select evil'")
    account.forget()
    outcome = project.run(account, "retry")
    assert not outcome.success and "nothing published: this run did not compile mart_stores" in outcome, outcome.said
    assert "run dbt build, which goes on from the tables as they are" in outcome
    assert not any("select evil" in text for text in account.statements)
    assert (shown(account), statuses(account)) == ((1, DATA_1), {1: "active"})
    assert "release 2 published" in project.run(account, "build")
    assert shown(account) == (2, sorted(DATA_2))
