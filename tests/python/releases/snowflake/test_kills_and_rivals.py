"""Publishers that are killed, overtaken or beside each other on Snowflake."""

import re

import pytest

from tests.python.releases.snowflake.account import (
    DATA_1,
    DATA_2,
    DATA_3,
    GIVE_UP,
    REMOVE,
    begin_and_die,
    check_that_all_agrees,
    crash_points,
    die_at,
    fail_at,
    land,
    once_before,
    outcome_of_last_run,
    rights_on_mart,
    schemas,
    shown,
    statuses,
)
from tests.python.releases.snowflake.project import SnowflakeProject
from tests.python.releases.snowflake.stand_in import StandIn, changes_something


@pytest.mark.long
def test_a_publisher_killed_anywhere_leaves_a_whole_release_and_the_next_build_publishes(project, published, tmp_path):
    whole = {1: DATA_1, 2: sorted(DATA_2)}
    clean = StandIn(tmp_path / "clean.duckdb", copy_of=published)
    land(clean, DATA_2)
    assert project.run(clean, "build").success
    changing = [text for text in clean.statements if changes_something(text)]
    first = next(i for i, text in enumerate(changing) if text.startswith("insert into OPS.releases "))
    seen = set()
    points = [number for number in crash_points(changing) if number >= first]
    for number in points:
        account = StandIn(tmp_path / f"{number}.duckdb", copy_of=published)
        land(account, DATA_2)
        account.kill_before(number)
        assert not project.run(account, "build").success
        served, stores = shown(account)
        assert stores == whole[served], changing[number]
        seen.add(served)
        # Other data, so that there is something to publish whatever had become of the killed run.
        land(account, DATA_3)
        outcome = project.run(account, "build")
        assert outcome.success and "published: 3 tables" in outcome, (changing[number], outcome.said)
        served, stores = shown(account)
        assert stores == DATA_3, changing[number]
        check_that_all_agrees(account)
        assert len(rights_on_mart(account)) == 4
        account.connection.close()
    assert seen == {1, 2} and len(points) >= 15, [changing[number][:60] for number in points]


def test_a_first_publication_killed_between_claim_and_swap_leaves_no_active_release(project, tmp_path):
    account = StandIn(tmp_path / "account.duckdb")
    account.connection.execute("create schema MART; create schema RAW")
    account.connection.execute("create table RAW.gi_stores (store_id varchar, store_name varchar, city varchar)")
    land(account, DATA_1)
    account.before = die_at("alter schema")
    project.run(account, "build")
    assert account.value("select release_id from OPS.active_release") == 1
    account.forget()
    assert "release 2 published" in project.run(account, "build")
    assert statuses(account) == {1: "abandoned", 2: "active"}
    check_that_all_agrees(account)


@pytest.mark.long
def test_mart_that_somebody_dropped_is_made_again_from_ops(project, account):
    account.connection.execute("drop schema MART cascade")
    outcome = project.run(account, "build")
    assert outcome.success and "MART was empty and shows release 1 again" in outcome
    assert shown(account) == (1, DATA_1)


def test_a_run_that_fails_to_publish_is_no_success(project, account):
    assert outcome_of_last_run(account) == "success"
    assert "no row differs" in project.run(account, "build")
    assert outcome_of_last_run(account) == "success"
    land(account, DATA_2)
    account.before = fail_at("alter schema")
    assert not project.run(account, "build").success
    assert outcome_of_last_run(account) == "publishing failed"
    account.forget()
    assert "release 3 published" in project.run(account, "build")
    assert outcome_of_last_run(account) == "success"


def test_a_mixture_of_two_runs_is_not_published(project, account):
    land(account, DATA_2)
    built = account.rows("select run_id from SCOPE.states where state_name = 'built'")
    another_begins = "update SCOPE.states set run_id = 'another' where state_name = 'running'"
    once_before(account, "create or replace transient table STORE_MATCHING.STAGING.store_matches", another_begins)
    outcome = project.run(account, "build")
    assert not outcome.success and "nothing published: run another began in STORE_MATCHING while this run" in outcome
    assert (shown(account), statuses(account)) == ((1, DATA_1), {1: "active"})
    assert outcome_of_last_run(account) == "publishing failed"
    # Neither is its state taken for this run's, nor what was built before forgotten.
    states = account.rows("select run_id, state_name from SCOPE.states order by 2")
    assert states == [(*built[0], "built"), ("another", "running")]


def test_a_second_run_is_refused_while_one_is_building(project, account):
    land(account, DATA_2)
    account.before = die_at("create or replace transient table STORE_MATCHING.STAGING.store_matches")
    assert not project.run(account, "build").success
    account.forget()
    for command in ("build", "run"):
        outcome = project.run(account, command)
        assert not outcome.success and "(dbt build) is building in STORE_MATCHING since 20" in outcome
        assert "as STORE_PUBLISHER dbt run-operation release_run_lock --args '{run_id: " in outcome
    assert not any("SCOPE.changed_tables" in text for text in account.statements)
    account.connection.execute(
        "update OPS.runs set started_at = started_at - interval 5 hour where finished_at is null"
    )
    assert not project.run(account, "build").success
    account.connection.execute(
        "update OPS.runs set started_at = started_at - interval 2 hour where finished_at is null"
    )
    assert "release 2 published" in project.run(account, "build")


def test_a_retry_is_refused_while_another_run_builds(tmp_path, account):
    project = SnowflakeProject(tmp_path)
    land(account, DATA_2)
    account.before = fail_at("create or replace transient table STORE_MATCHING.GOLD.stores")
    assert not project.run(account, "build").success
    account.forget()
    begin_and_die(project, account)
    outcome = project.run(account, "retry")
    assert not outcome.success and "is building in STORE_MATCHING since" in outcome


def test_the_lock_is_seen_whatever_the_case_of_the_databases_name(project, account):
    land(account, DATA_2)
    begin_and_die(project, account)
    account.connection.execute("update OPS.runs set database_name = lower(database_name)")
    assert not project.run(account, "build").success


def test_a_run_of_the_same_owner_takes_over_from_a_killed_one(project, account, monkeypatch):
    land(account, DATA_2)
    monkeypatch.setenv("STORE_MATCHING_RUN_OWNER", "airflow/targeted/manual__1/build")
    killed = begin_and_die(project, account)
    for other in ("airflow/targeted/manual__2/build", ""):
        monkeypatch.setenv("STORE_MATCHING_RUN_OWNER", other)
        outcome = project.run(account, "build")
        assert not outcome.success
        assert f"run {killed} (dbt build of airflow/targeted/manual__1/build) is building" in outcome, outcome.said
    monkeypatch.setenv("STORE_MATCHING_RUN_OWNER", "airflow/targeted/manual__1/build")
    outcome = project.run(account, "build")
    assert "has not ended: this run takes over" in outcome and "release 2 published" in outcome, outcome.said
    (ended,) = account.rows(f"select outcome, finished_at is null from OPS.runs where run_id = '{killed}'")
    assert re.fullmatch(r"taken over: run \S+ of the same owner", ended[0]) and not ended[1]


def test_runs_without_an_owner_do_not_take_over(project, account):
    land(account, DATA_2)
    begin_and_die(project, account)
    assert not project.run(account, "build").success


def test_the_lock_of_a_dead_run_is_released_by_hand(project, account):
    land(account, DATA_2)
    killed = begin_and_die(project, account)
    for lacking in ({"run_id": killed, "reason": " "}, {"reason": "it's lost"}):
        assert "needs the run that is dead and a reason" in project.operate(account, "release_run_lock", **lacking)
    refused = project.operate(account, "release_run_lock", run_id="another", reason="it's lost")
    assert not refused.success and f"the lock is held by run {killed}" in refused
    assert not project.run(account, "build").success
    said = project.operate(account, "release_run_lock", run_id=killed, reason="it's lost")
    assert said.success and f"the lock of run {killed} (dbt build, begun 20" in said
    assert "no run holds the lock" in project.operate(account, "release_run_lock", run_id=killed, reason="again")
    events = "select done_by, reason from OPS.release_events where event_name = 'run_lock_released'"
    assert account.rows(events) == [("TRANSFORMER_USER", f"run {killed}: it's lost")]
    assert account.value(f"select outcome from OPS.runs where run_id = '{killed}'") == "lock released: it's lost"
    assert "release 2 published" in project.run(account, "build")


def test_of_two_publishers_the_second_is_refused(project, account):
    land(account, DATA_2)
    once_before(account, "update OPS.active_release", "update OPS.active_release set release_id = 99")
    outcome = project.run(account, "build")
    assert not outcome.success and "nothing published: another run published, rolled back or started" in outcome
    assert not any("swap with" in text for text in account.statements)
    assert shown(account) == (1, DATA_1)
    assert (statuses(account)[2], schemas(account, "RELEASE_")) == ("abandoned", ["RELEASE_1"])


@pytest.mark.long
def test_a_hold_that_comes_while_a_run_publishes_is_obeyed(project, account):
    land(account, DATA_2)
    once_before(account, "update OPS.active_release", "update OPS.active_release set is_held = true")
    assert not project.run(account, "build").success
    assert shown(account) == (1, DATA_1)


@pytest.mark.parametrize(
    ("moment", "others"),
    [
        # Another run's snowflake_reconcile is half done: its last step would come after this run's claim.
        ("create schema STORE_MATCHING.MART_CANDIDATE_2", GIVE_UP),
        ("create schema STORE_MATCHING.MART_CANDIDATE_2", GIVE_UP + REMOVE),
        ("alter schema", GIVE_UP + REMOVE),
    ],
)
@pytest.mark.long
def test_a_publisher_that_another_run_took_for_dead_cannot_move_mart(project, account, moment, others):
    land(account, DATA_2)
    once_before(account, moment, others)
    assert not project.run(account, "build").success
    assert shown(account) == (1, DATA_1)
    account.forget()
    assert "release 3 published" in project.run(account, "build")
    assert shown(account) == (3, sorted(DATA_2))
    check_that_all_agrees(account)
