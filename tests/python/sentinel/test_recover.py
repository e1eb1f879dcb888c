"""Lost batches come back exactly once, by each rung of the ladder; no file is deleted."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from store_matching.errors import LakeError
from store_matching.landing.raw_views import create_raw_views
from store_matching.sentinel.recover import apply as apply_module
from store_matching.sentinel.recover.apply import recover
from store_matching.sentinel.recover.plan import Method, plan_step, recoverable
from store_matching.sentinel.scan import scan_connection
from store_matching.sentinel.scan_all import scan_lake, utc_now
from store_matching.sentinel.types import RECOVERABLE

from .conftest import GI, LATER, window


def later():
    """When every file is old enough to be judged."""
    return utc_now() + LATER


def scanned(watched, declared=GI):
    """The scan of the table and what of it can be recovered."""
    scan = scan_lake(watched.lake, [declared], now=later)
    assert scan.failures == {}
    return scan.tables[0], recoverable(scan.findings)


def recovered(watched, declared=GI):
    """Scan and recover; return the outcomes."""
    scan, findings = scanned(watched, declared)
    return recover(watched.lake, scan.watched, findings, watched.ledgers, utc_now)


def methods(watched, declared=GI):
    """By which rung each finding would come back."""
    scan, findings = scanned(watched, declared)
    with scan_connection(scan.table) as connection:
        return [plan_step(connection, scan.table, finding).method for finding in findings]


def ids(watched):
    """How often the table holds each store."""
    return Counter(watched.table.scan().to_arrow().column("store_id").to_pylist())


def once(letters):
    """Each of the stores once."""
    return dict.fromkeys(letters, 1)


def state(watched):
    """Metadata and files: what a run that changes nothing leaves as it is."""
    return watched.table.metadata_location, watched.files()


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


@pytest.fixture
def stalled(local):
    """Load 12:00, whose loader sleeps before its commit until the Sentinel has recovered what it chooses."""

    def load(choose=lambda findings: findings, **options):
        def meanwhile(commit):
            scan = scan_lake(local.open(), [GI], now=later)
            chosen = choose(recoverable(scan.findings))
            assert all(o.is_recovered for o in recover(local.open(), GI, chosen, local.ledgers, utc_now))

        with local._before_commit(meanwhile):
            return local.load(12, "cde", **options)

    return load


@pytest.mark.parametrize("is_full", [False, True])
def test_a_loader_that_wakes_after_its_file_was_recovered_leaves_it_and_has_landed(local, stalled, is_full):
    local.load(11, "ab")
    assert stalled(is_full=is_full).already_loaded
    assert local.live_files() <= local.files()
    assert {i for i, number in ids(local).items() if number == 1} >= set("cde")
    assert "dangling_reference" not in local.found()


def test_a_loader_that_wakes_deletes_no_file_that_a_detached_snapshot_names(local):
    local.load(11, "ab")
    before = local.table.current_snapshot().snapshot_id

    def detach(commit_table):
        scan = scan_lake(local.open(), [GI], now=later)
        recover(local.open(), GI, recoverable(scan.findings), local.ledgers, utc_now)
        local.set_current(before)
        # Another loader of the same batch comes first.
        local.load(12, "cde", local.open())

    with local._before_commit(detach):
        assert local.load(12, "cde").already_loaded
    assert "dangling_reference" not in local.found()


def test_a_file_that_was_not_chosen_when_its_batch_was_recovered_stays_when_its_loader_wakes(local, stalled):
    local.load(11, "ab")
    in_a_file_each(local)
    assert stalled(lambda findings: findings[:1]).already_loaded
    assert len(local.found()["lost_batch"]) == 2
    recovered(local)
    assert ids(local) == once("abcde")


def in_a_file_each(watched):
    """Make the table's writers write each row into a file of its own."""
    with watched.table.transaction() as transaction:
        transaction.set_properties({"write.target-file-size-bytes": "1"})


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
