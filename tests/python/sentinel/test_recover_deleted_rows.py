"""Rows that somebody deleted on purpose stay deleted, and hide no row that is lost."""

import pytest

from store_matching.sentinel.recover.apply import recover
from store_matching.sentinel.recover.plan import Method, recoverable
from store_matching.sentinel.scan_all import utc_now

from .conftest import GI
from .recovery import ids, in_a_file_each, methods, once, recovered, scanned, state


@pytest.fixture
def deleted_since(local):
    """Of a batch that was loaded twice a row is deleted; return the path of the file that nobody named."""
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    (left,) = local.files() - local.live_files()
    local.load(12, "cde")
    local.table.delete("store_id = 'd'")
    return left


def expire_all_but_the_newest(watched):
    """Expire every snapshot but the current one."""
    expired = [s.snapshot_id for s in watched.table.snapshots() if s != watched.table.current_snapshot()]
    watched.table.maintenance.expire_snapshots().by_ids(expired).commit()


@pytest.mark.parametrize("is_expired", [False, True])
def test_rows_that_were_deleted_on_purpose_do_not_come_back_from_a_file_that_was_left(local, deleted_since, is_expired):
    if is_expired:
        expire_all_but_the_newest(local)
    scan, findings = scanned(local)
    assert findings == []
    (finding,) = [f for f in scan.findings if f.file_path == deleted_since]
    assert (finding.finding_class, finding.severity, finding.live_key_count) == ("partly_duplicate", "info", 2)
    assert "its rows were deleted since" in finding.evidence
    # Who names the file knows what he does.
    (finding,) = recoverable(scan.findings, deleted_since)
    (outcome,) = recover(local.lake, GI, [finding], local.ledgers, utc_now)
    assert outcome.is_recovered
    assert ids(local) == once("abcde")


def test_rows_that_were_landed_and_deleted_after_the_scan_do_not_come_back(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    scan, findings = scanned(local)
    local.load(12, "cde")
    local.table.delete("store_id = 'd'")
    (outcome,) = recover(local.lake, scan.watched, findings, local.ledgers, utc_now)
    assert (outcome.is_recovered, "deleted since" in outcome.text) == (False, True)
    assert ids(local) == once("abce")


def test_a_file_once_seen_as_a_duplicate_is_known_by_that_where_its_batch_is_not(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    local.load(12, "cde", batch_id="under another id")
    scanned(local)
    local.table.delete("batch_id = 'under another id'")
    scan, findings = scanned(local)
    assert findings == []
    assert [f.severity for f in scan.findings if f.finding_class == "lost_batch"] == ["info"]


def test_a_duplicate_whose_twin_main_was_moved_off_is_lost_whatever_was_deleted_before(local):
    local.load(11, "abf")
    local.table.delete("store_id = 'f'")
    before = local.table.current_snapshot().snapshot_id
    local.lose_by_kill(12, "cde")
    local.load(12, "cde")
    scanned(local)
    local.set_current(before)
    _, findings = scanned(local)
    assert {str(f.finding_class) for f in findings} == {"lost_batch", "detached_snapshot"}


def test_a_detached_batch_that_was_landed_again_and_deleted_does_not_come_back(local):
    local.load(11, "ab")
    local.lose_by_detaching(12, "cde")
    local.load(12, "cde")
    local.table.delete("batch_id = 'b12'")
    scan, findings = scanned(local)
    assert findings == []
    assert [f.severity for f in scan.findings if f.finding_class == "detached_snapshot"] == ["info"]


def test_a_deletion_of_other_rows_does_not_hide_the_rest_of_a_batch(local):
    local.load(11, "ab")
    in_a_file_each(local)
    local.lose_by_kill(12, "cde")
    _, findings = scanned(local)
    recover(local.lake, GI, findings[:1], local.ledgers, utc_now)
    local.table.delete("store_id = 'a'")
    assert len(recovered(local)) == 2
    assert ids(local) == once("bcde")


def test_only_the_missing_rows_of_a_partly_loaded_batch_are_written(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    local.load(12, "cd", batch_id="other")
    assert methods(local) == [Method.APPEND]
    (outcome,) = recovered(local)
    assert outcome.rows == 1
    assert ids(local) == once("abcde")
    before = state(local)
    assert recovered(local) == []
    assert state(local) == before
