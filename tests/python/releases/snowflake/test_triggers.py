"""Triggers on Snowflake are made once, and consumed by a release that is shown."""

import pytest

from tests.python.releases.snowflake.account import (
    CLAIM,
    DATA_2,
    land,
    once_before,
    statuses,
)


@pytest.mark.parametrize(
    ("meanwhile", "settled"),
    [
        ("", [("consumed", 2)]),
        # A rollback between publishing and settling: nobody sees the stores of release 2.
        ("update OPS.releases set release_status = 'rolled_back' where release_id = 2;", [("pending", None)]),
    ],
)
def test_a_trigger_is_consumed_only_by_a_release_that_nobody_went_back_behind(project, account, meanwhile, settled):
    land(account, DATA_2)
    consuming = "update OPS.reprocess_triggers set trigger_status = 'consumed', consumed_at"
    once_before(account, consuming, CLAIM + meanwhile)
    # The first of these statements settles the dead claims when the run starts: nothing is published then.
    wait = account.before
    account.before = lambda text: wait(text) if statuses(account).get(2) == "active" else None
    assert "release 2 published" in project.run(account, "build")
    triggers = "select trigger_status, consumed_release_id from OPS.reprocess_triggers"
    assert account.rows(triggers) == settled


def test_a_failure_makes_one_trigger_however_often_it_is_enqueued(project, account):
    account.connection.execute(
        """create table RELEASE_1.UNMATCHED_STORES as
           select 'GI:' || unnest([1, 2]) as store_key, 'TH:1' as free_candidate_key, 'v' as logic_version,
               'h' as input_hash, 90.0 as potential_score, 'taken' as failure_cause, 95.0 as free_candidate_score;
           insert into OPS.release_tables values
               (1, 'diagnostics.unmatched_stores', 'none', 'RELEASE_1.UNMATCHED_STORES', 2, null, null, null)"""
    )
    # Another run makes one of both when this one has looked already.
    once_before(
        account,
        "merge into OPS.reprocess_triggers",
        """insert into OPS.reprocess_triggers (trigger_id, store_key, trigger_status, attempts, created_at)
           values (md5('GI:1|TH:1|v|h'), 'GI:1', 'pending', 0, sysdate())""",
    )
    said = project.operate(account, "enqueue_reprocess_triggers")
    assert said.success and "2 unmatched stores with a potential score above 70, 1 new triggers" in said, said.said
    assert "0 new triggers" in project.operate(account, "enqueue_reprocess_triggers")
    rows = "select store_key, created_by, trigger_batch from OPS.reprocess_triggers order by 1"
    assert account.rows(rows) == [("GI:1", None, None), ("GI:2", "TRANSFORMER_USER", "release-1")]
    assert not any(text.startswith("insert into OPS.reprocess_triggers") for text in account.statements)
