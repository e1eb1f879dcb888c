"""A trigger is claimed by one run only, and no claim is lost, whatever becomes of the run; without dbt."""

import pytest

from store_matching.healing.labels import add_label
from store_matching.healing.triggers import claim, enqueue, give_back, settle_dead_claims
from store_matching.lake import LakeError
from store_matching.ops.store import OpsStore

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
