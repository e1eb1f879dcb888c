"""Windows without a batch in main: what is missing, and what explains it."""

from dataclasses import replace

import pytest

from store_matching.sentinel.gaps import find_gaps
from store_matching.sentinel.recover.apply import recover
from store_matching.sentinel.recover.plan import recoverable
from store_matching.sentinel.scan_all import utc_now
from store_matching.sentinel.types import Cause, Severity

from .conftest import GI, LATER, window


def gaps(watched, declared=GI, now=None, **options):
    """The gaps of a scan, by window."""
    scan = watched.scan(declared, **options)
    return {f.batch.window_start: f for f in find_gaps([scan], now or utc_now())}


def test_a_window_that_never_arrived_is_a_gap_with_the_command_that_asks_for_it(local):
    local.load(11, "ab")
    local.load(13, "cd")
    (finding,) = gaps(local).values()
    assert (finding.batch.window_start, finding.cause) == (window(12), Cause.NEVER_ARRIVED)
    assert finding.severity == Severity.WARNING
    assert "no file of this window lies in storage" in finding.evidence
    assert finding.recommended_action == (
        "python scripts/recover_batch.py --apply --table raw.gi_stores --window 2026-11-20T12:00:00"
    )


@pytest.mark.parametrize("way", ["lose_by_conflict", "lose_by_kill", "lose_by_detaching"])
def test_a_gap_that_a_lost_file_explains_needs_no_alarm_of_its_own(local, way):
    local.load(11, "ab")
    getattr(local, way)(12, "cde")
    if way != "lose_by_conflict":
        local.load(13, "xyz")
    (finding,) = gaps(local).values()
    assert (finding.batch.window_start, finding.severity) == (window(12), Severity.INFO)
    (lost,) = [f for f in local.scan().findings if f.file_path and f.batch.window_start == window(12)]
    assert lost.file_path in finding.evidence
    assert finding.recommended_action == lost.recommended_action


def test_a_batch_without_rows_has_landed(local):
    local.load(11, "ab")
    local.load(12, "")
    local.load(13, "cd")
    assert gaps(local) == {}


@pytest.mark.parametrize("is_new_ledger", [False, True])
def test_a_window_whose_snapshot_has_expired_has_landed(local, is_new_ledger):
    for hour in (11, 12, 13, 15):
        local.load(hour, f"{hour}"[-1])
    assert list(gaps(local)) == [window(14)]
    # A window that comes late, so that the newest snapshots hold the first window and the last.
    local.lose_by_kill(10, "z")
    scan = local.scan()
    recover(local.lake, GI, recoverable(scan.findings), local.ledgers, utc_now)
    named = {reference.snapshot_id for reference in local.table.metadata.refs.values()}
    expired = [s.snapshot_id for s in local.table.snapshots() if s.snapshot_id not in named]
    local.table.maintenance.expire_snapshots().by_ids(expired).commit()
    assert len(expired) == 3
    if is_new_ledger:
        local.ledgers = local.folder / "new"
    assert list(gaps(local)) == [window(14)]


def test_what_came_before_the_first_window_is_not_known(local):
    local.load(13, "ab")
    local.load(14, "cd")
    assert gaps(local) == {}


def test_the_newest_window_of_any_table_of_the_schedule_says_how_far_it_stands(local):
    local.load(11, "ab")
    th = replace(GI, table_name="raw.th_stores", source_system="TH")
    from store_matching.landing import load_batch

    for hour in (11, 12):
        path = local.folder / f"th{hour}.csv"
        path.write_text("id,name\nt,store t\n")
        load_batch(local.lake, "TH", path, window(hour))
    scans = [local.scan(GI), local.scan(th)]
    (finding,) = find_gaps(scans, utc_now())
    assert (finding.table_name, finding.batch.window_start) == ("raw.gi_stores", window(12))
    assert find_gaps(scans[:1], utc_now()) == []


def test_until_now_counts_windows_that_are_due(local):
    local.load(11, "ab")
    declared = replace(GI, gaps_until="now", arrival_minutes=30)
    due = window(12) + (window(13) - window(12))  # 13:00, the end of the window 12:00
    half_past = due + (due - window(12)) / 2
    assert gaps(local, declared, now=half_past - (due - window(12)) / 60) == {}
    assert list(gaps(local, declared, now=half_past)) == [window(12)]
    assert list(gaps(local, declared, now=half_past + LATER)) == [window(12), window(13), window(14)]


def test_a_published_table_has_no_schedule(local):
    local.load(11, "ab")
    local.load(13, "cd")
    assert gaps(local, replace(GI, role="published")) == {}
    assert gaps(local, replace(GI, window_minutes=None)) == {}
