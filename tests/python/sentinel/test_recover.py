"""Lost batches come back exactly once, by each rung of the ladder; no file is deleted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store_matching.errors import LakeError
from store_matching.landing.raw_views import create_raw_views
from store_matching.sentinel.recover import apply as apply_module
from store_matching.sentinel.recover.apply import recover
from store_matching.sentinel.recover.plan import Method, recoverable
from store_matching.sentinel.scan_all import scan_lake, utc_now
from store_matching.sentinel.types import RECOVERABLE

from .conftest import GI, window
from .recovery import ids, in_a_file_each, later, methods, once, recovered, scanned, state

LOSSES = {
    "killed": ("lose_by_kill", Method.REPLAY, "abcde"),
    "refused": ("lose_by_conflict", Method.REGISTER, "abcdexyz"),
    "detached": ("lose_by_detaching", Method.REPLAY, "abcde"),
}


@pytest.mark.parametrize("way", LOSSES)
def test_a_lost_batch_comes_back_once_by_the_cheapest_rung(watched, way):
    lose, method, letters = LOSSES[way]
    watched.load(11, "ab")
    getattr(watched, lose)(12, "cde")
    files = watched.files()
    assert methods(watched) == [method]
    (outcome,) = recovered(watched)
    assert (outcome.is_recovered, outcome.rows) == (True, 3)
    assert str(method) in outcome.text
    assert ids(watched) == once(letters)
    # Registered where they lie: nothing is written anew, and nothing is gone.
    assert watched.files() == files
    before = state(watched)
    assert recovered(watched) == []
    assert state(watched) == before
    assert not [f for kind in RECOVERABLE for f in watched.found().get(str(kind), []) if f.severity != "info"]


def test_the_batch_is_known_again_by_its_stamps(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    recovered(local)
    summary = local.table.current_snapshot().summary.additional_properties
    assert summary["store-matching.batch-id"] == "b12"
    assert summary["store-matching.window-start"].startswith("2026-11-20T12:00")
    import duckdb

    from store_matching.lake.extensions import load_extensions

    with duckdb.connect() as connection:
        load_extensions(connection)
        create_raw_views(connection, local.open())
        rows = connection.execute(
            "select batch_id, batch_window_start from raw.batches where source_system = 'GI' order by 2"
        ).fetchall()
    assert rows == [("b11", window(11)), ("b12", window(12))]
    # Its loader, run again, sees that it has landed.
    local.load(12, "cde")
    assert ids(local) == once("abcde")


def test_tags_stand_before_and_after(local):
    local.load(11, "ab")
    before = local.table.current_snapshot().snapshot_id
    local.lose_by_kill(12, "cde")
    recovered(local)
    tags = {
        name.split("-recovery-")[0]: ref.snapshot_id for name, ref in local.table.refs().items() if "-recovery-" in name
    }
    assert tags == {"before": before, "after": local.table.current_snapshot().snapshot_id}


def test_what_was_done_is_recorded(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    recovered(local)
    (row,) = local.lake.ops.rows("select * from sentinel_findings where finding_class = 'lost_batch'")
    assert row["action_taken"].startswith("recovered: ")
    assert row["resolution"] == row["action_taken"]
    assert row["resolved_at"] is not None
    scan_lake(local.lake, [GI], now=later)
    (again,) = local.lake.ops.rows("select * from sentinel_findings where finding_class = 'lost_batch'")
    assert (again["resolution"], again["resolved_at"]) == (row["resolution"], row["resolved_at"])


def test_of_a_detached_batch_of_several_files_the_others_are_missing_when_one_is_back(local):
    local.load(11, "ab")
    in_a_file_each(local)
    local.lose_by_detaching(12, "cde")
    _, findings = scanned(local)
    recover(local.lake, GI, findings[:1], local.ledgers, utc_now)
    found = local.found()["detached_snapshot"]
    assert sorted((f.severity, f.live_key_count) for f in found) == [("critical", 0), ("critical", 0)]
    recovered(local)
    assert ids(local) == once("abcde")
    assert recovered(local) == []


def test_two_files_of_the_same_rows_bring_them_back_once(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    local.lose_by_kill(12, "cdef", batch_id="again")
    outcomes = recovered(local)
    assert sum(outcome.rows for outcome in outcomes) == 4
    assert ids(local) == once("abcdef")
    assert recovered(local) == []


def test_several_batches_come_back_in_one_commit_and_a_snapshot_each(local):
    local.load(11, "ab")
    for hour, letters in ((12, "cd"), (13, "ef"), (14, "gh")):
        local.lose_by_kill(hour, letters)
    metadata = len(local.table.metadata.metadata_log)
    snapshots = len(local.table.snapshots())
    assert len(recovered(local)) == 3
    assert len(local.table.metadata.metadata_log) == metadata + 1
    stamps = [s.summary.additional_properties["store-matching.batch-id"] for s in local.table.snapshots()[snapshots:]]
    assert stamps == ["b12", "b13", "b14"]
    assert ids(local) == once("abcdefgh")


def test_a_renamed_column_is_found_by_its_id(local):
    local.load(11, "ab")
    local.lose_by_conflict(12, "cde")
    with local.table.update_schema() as update:
        update.rename_column("store_name", "shop_name")
    outcomes = recovered(local)
    assert [outcome.is_recovered for outcome in outcomes] == [True]
    names = local.table.scan(row_filter="store_id == 'c'").to_arrow().column("shop_name").to_pylist()
    assert names == ["store c"]


def test_a_window_without_a_file_is_asked_for_and_the_loader_fulfils_it(local):
    declared = replace(GI, gaps_until="latest")
    for hour in (11, 13):
        local.load(hour, "ab" if hour == 11 else "cd")
    (outcome,) = recovered(local, declared)
    assert "asked the loader" in outcome.text
    (request,) = local.lake.ops.rows("select * from reload_requests")
    assert (request["source_system"], request["request_status"]) == ("GI", "open")
    (again,) = recovered(local, declared)
    assert "asked for already" in again.text
    local.load(12, "ef")
    (request,) = local.lake.ops.rows("select * from reload_requests")
    assert request["request_status"] == "fulfilled"
    assert recovered(local, declared) == []


def test_an_unreadable_file_is_asked_for_again(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    (path,) = local.files() - local.live_files()
    content = local.storage.read(path)
    local.write(path, content[:100])
    outcomes = recovered(local)
    # Its footer is gone, and with it the window: nothing can be asked for, and it says so.
    assert [outcome.is_recovered for outcome in outcomes] == [False]
    assert "not known" in outcomes[0].text


def test_a_loader_that_lands_the_batch_meanwhile_does_not_double_it(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    scan, findings = scanned(local)

    def land(commit):
        local.load(12, "cde", local.open())

    with local._before_commit(land):
        outcomes = recover(local.lake, scan.watched, findings, local.ledgers, utc_now)
    assert [(o.is_recovered, o.text) for o in outcomes] == [(False, "its rows are in the table already")]
    assert ids(local) == once("abcde")


def test_another_commit_meanwhile_only_means_to_look_again(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    scan, findings = scanned(local)

    def land(commit):
        local.load(13, "xyz", local.open())

    with local._before_commit(land):
        outcomes = recover(local.lake, scan.watched, findings, local.ledgers, utc_now)
    assert [outcome.is_recovered for outcome in outcomes] == [True]
    assert ids(local) == once("abcdexyz")


def test_a_file_that_is_gone_is_told(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    scan, findings = scanned(local)
    (path,) = local.files() - local.live_files()
    local.storage.filesystem.delete_file(path)
    (outcome,) = recover(local.lake, scan.watched, findings, local.ledgers, utc_now)
    assert not outcome.is_recovered
    assert "the file is gone" in outcome.text
    assert ids(local) == once("ab")


def test_young_files_are_left_to_their_writers(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    scan = scan_lake(local.lake, [GI])
    assert recoverable(scan.findings) == []


def test_a_table_that_is_overtaken_for_ever_is_given_up(local, monkeypatch):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    scan, findings = scanned(local)
    monkeypatch.setattr(apply_module, "TRIES", 2)
    monkeypatch.setattr(apply_module, "LONGEST_WAIT_SECONDS", timedelta(0).total_seconds())
    catalog = local.lake.catalog
    commit_table = catalog.commit_table
    hours = iter((13, 14, 15))

    def overtaken(table, requirements, updates):
        hour = next(hours)
        local.load(hour, f"{hour}"[-1], local.open())
        return commit_table(table, requirements, updates)

    monkeypatch.setattr(catalog, "commit_table", overtaken)
    with pytest.raises(LakeError, match="overtaken 2 times"):
        recover(local.lake, scan.watched, findings, local.ledgers, utc_now)
