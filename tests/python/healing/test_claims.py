"""A trigger is claimed by one run only, and no claim is lost, whatever becomes of the run; without dbt."""

import pytest

from store_matching.healing.full_refresh import (
    clear_full_refresh,
    clear_obeyed_full_refresh,
    request_full_refresh,
    requested_full_refresh,
)
from store_matching.healing.labels import add_label
from store_matching.healing.triggers import claim, consume, enqueue, give_back, settle_dead_claims
from store_matching.lake import LakeError
from store_matching.ops.store import OpsStore, timestamp

FAILURE = {
    "store_key": "GI:1",
    "free_candidate_key": "TH:1",
    "free_candidate_score": 40.0,
    "potential_score": 80.0,
    "failure_cause": "below_threshold",
    "logic_version": "v1",
    "input_hash": "h",
}


@pytest.fixture
def ops(tmp_path):
    """An OPS of its own."""
    return OpsStore(tmp_path / "ops.db")


def test_two_runs_at_once_share_nothing(ops):
    enqueue(ops, [FAILURE], 1, "r")
    (trigger,) = ops.rows("select trigger_id from reprocess_triggers")
    assert claim(ops, [trigger["trigger_id"]], "one") == 1
    assert claim(ops, [trigger["trigger_id"]], "two") == 0
    give_back(ops, "two", {})
    assert ops.row("select claimed_run_id from reprocess_triggers")["claimed_run_id"] == "one"


def test_the_same_failure_never_gets_a_second_trigger(ops):
    assert enqueue(ops, [FAILURE], 1, "r") == 1
    assert enqueue(ops, [FAILURE | {"potential_score": 90.0}], 2, "s") == 0
    assert enqueue(ops, [FAILURE | {"input_hash": "other"}], 2, "s") == 1


def test_what_a_dead_run_had_published_is_consumed(ops):
    enqueue(ops, [FAILURE], 1, "r")
    (trigger,) = ops.rows("select trigger_id from reprocess_triggers")
    claim(ops, [trigger["trigger_id"]], "dead run")
    with ops.transaction() as connection:
        connection.execute(
            """insert into runs (run_id, command, started_at, database_name)
               values ('dead run', 'build', '2026', 'd')"""
        )
        connection.execute(
            """insert into releases (release_id, release_status, run_id, created_at)
               values (7, 'active', 'dead run', '2026')"""
        )
    settle_dead_claims(ops, "next run", "another database", None)
    assert ops.row("select trigger_status from reprocess_triggers")["trigger_status"] == "claimed"
    settle_dead_claims(ops, "next run", "d", None)
    row = ops.row("select trigger_status, consumed_release_id from reprocess_triggers")
    assert row == {"trigger_status": "consumed", "consumed_release_id": 7}


def claimed_by_a_run(ops, release_status: str | None = None, finished_at: str | None = None) -> None:
    """A trigger that 'run' of database 'd' has claimed, and the release 7 that the run made."""
    enqueue(ops, [FAILURE], 1, "r")
    (trigger,) = ops.rows("select trigger_id from reprocess_triggers")
    claim(ops, [trigger["trigger_id"]], "run")
    with ops.transaction() as connection:
        connection.execute(
            """insert into runs (run_id, command, started_at, finished_at, database_name)
               values ('run', 'build', '2026', ?, 'd')""",
            (finished_at,),
        )
        if release_status is not None:
            connection.execute(
                """insert into releases (release_id, release_status, run_id, created_at)
                   values (7, ?, 'run', '2026')""",
                (release_status,),
            )


def test_a_release_that_was_rolled_back_consumes_nothing(ops):
    claimed_by_a_run(ops, "rolled_back")
    # Killed before it settled, then rolled back.
    settle_dead_claims(ops, "next", "d", None)
    assert ops.row("select trigger_status from reprocess_triggers")["trigger_status"] == "pending"
    # Rolled back by another process between publishing and settling.
    claim(ops, [ops.row("select trigger_id from reprocess_triggers")["trigger_id"]], "run")
    assert consume(ops, "run", 7) == 0
    assert ops.row("select trigger_status from reprocess_triggers")["trigger_status"] == "pending"


def test_a_run_that_publishes_in_another_database_keeps_its_claims(ops):
    claimed_by_a_run(ops, finished_at=timestamp())
    settle_dead_claims(ops, "next", "another database", None)
    assert ops.row("select claimed_run_id from reprocess_triggers")["claimed_run_id"] == "run"
    settle_dead_claims(ops, "next", "d", None)
    assert ops.row("select trigger_status from reprocess_triggers")["trigger_status"] == "pending"


def test_a_request_made_while_a_like_one_is_obeyed_stays(ops):
    first = request_full_refresh(ops, "new scorecard")
    second = request_full_refresh(ops, "new scorecard")
    clear_full_refresh(ops, first)
    assert requested_full_refresh(ops) == second
    clear_full_refresh(ops, second)
    assert requested_full_refresh(ops) is None


def test_a_request_whose_run_died_after_publishing_is_not_obeyed_again(ops):
    request = request_full_refresh(ops, "new scorecard")
    claimed_by_a_run(ops, "active")
    clear_obeyed_full_refresh(ops)
    assert requested_full_refresh(ops) == request
    with ops.transaction() as connection:
        connection.execute(
            """insert into transformation_logs (
                    run_id, node_id, command, resource_type, node_status, finished_at, run_reason
               )
               values ('run', 'n', 'build', 'model', 'success', '2026', ?)""",
            (f"it was asked for: {request}",),
        )
    clear_obeyed_full_refresh(ops)
    assert requested_full_refresh(ops) is None


def test_the_newest_label_holds_whatever_the_clocks_say(ops):
    add_label(ops, "GI:1", "TH:1", "match", "x")
    with ops.transaction() as connection:
        connection.execute("update match_labels set decided_at = '2999-12-31 23:59:59.999999'")
    add_label(ops, "GI:1", "TH:1", "none", "x")
    newest = ops.rows("select decision from match_labels order by decided_at desc")[0]
    assert newest["decision"] == "none"


@pytest.mark.parametrize("claimed_at", ["2020-01-01 00:00:00.000000", "2999-01-01 00:00:00.000000"])
def test_clocks_that_disagree_lose_no_claim(ops, claimed_at):
    enqueue(ops, [FAILURE], 1, "r")
    (trigger,) = ops.rows("select trigger_id from reprocess_triggers")
    claim(ops, [trigger["trigger_id"]], "run")
    with ops.transaction() as connection:
        connection.execute("update reprocess_triggers set claimed_at = ?", (claimed_at,))
        connection.execute(
            "insert into runs (run_id, command, started_at, database_name) values ('run', 'build', '2026', 'd')"
        )
    # Its own database knows without a clock that the run is dead.
    settle_dead_claims(ops, "next", "d", None)
    assert ops.row("select trigger_status from reprocess_triggers")["trigger_status"] == "pending"


def test_labels_need_the_right_sources(ops):
    with pytest.raises(LakeError, match="is no GI store"):
        add_label(ops, "TH:1", "TH:2", "match", "x")
    with pytest.raises(LakeError, match="must be one of"):
        add_label(ops, "GI:1", "TH:2", "maybe", "x")
    with pytest.raises(LakeError, match="needs a reason"):
        add_label(ops, "GI:1", "TH:2", "match", " ")
