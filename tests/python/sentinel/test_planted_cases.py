"""Every class of finding, planted by real means: what the Sentinel calls it, and how it knows."""

import time
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pyarrow as pa
import pytest
from pyiceberg.io.pyarrow import _dataframe_to_data_files
from pyiceberg.table.update.snapshot import ManageSnapshots

from store_matching.errors import LakeError
from store_matching.landing.landed_batches import lineage
from store_matching.sentinel.canonical_paths import canonical_path
from store_matching.sentinel.recover.apply import recover
from store_matching.sentinel.recover.plan import recoverable
from store_matching.sentinel.scan_all import utc_now
from store_matching.sentinel.types import Cause, Severity

from .conftest import GI, WatchedLake, window

LOSSES = {
    "conflict": ("lose_by_conflict", Cause.COMMIT_CONFLICT),
    "kill": ("lose_by_kill", Cause.KILLED_WRITER),
    "detached": ("lose_by_detaching", Cause.DETACHED_SNAPSHOT),
}


@pytest.fixture(params=LOSSES)
def loss(request, watched):
    """A lake that holds 11:00, the batch 12:00 lost in one of three ways, and its path."""
    method, cause = LOSSES[request.param]
    watched.load(11, "ab")
    before = watched.files()
    getattr(watched, method)(12, "cde")
    new = watched.files() - before
    (path,) = [p for p in new if p not in watched.live_files()]
    kind = "detached_snapshot" if request.param == "detached" else "lost_batch"
    return SimpleNamespace(lake=watched, path=path, cause=cause, kind=kind, way=request.param)


def test_a_lost_batch_is_found_with_its_batch_window_rows_and_cause(loss):
    found = loss.lake.found()
    (finding,) = found[loss.kind]
    assert finding.file_path == loss.path
    assert (finding.batch.batch_id, finding.batch.window_start) == ("b12", window(12))
    assert (finding.row_count, finding.live_key_count) == (3, 0)
    assert (finding.cause, finding.severity) == (loss.cause, Severity.CRITICAL)
    assert finding.confirmed_at is not None
    if loss.way == "conflict":
        assert "batch b13 of window 2026-11-20T13:00:00 was committed first" in finding.evidence
    assert set(found) <= {loss.kind, "rejected_metadata"}


def test_a_young_file_is_in_flight(loss):
    found = loss.lake.found(later=timedelta())
    (finding,) = [f for findings in found.values() for f in findings if f.file_path == loss.path]
    assert finding.confirmed_at is None
    assert finding.finding_class == ("detached_snapshot" if loss.way == "detached" else "in_flight")


def test_a_batch_that_was_loaded_again_leaves_a_duplicate(loss):
    loss.lake.load(12, "cde", batch_id="b12")
    found = loss.lake.found()
    (finding,) = [f for findings in found.values() for f in findings if f.file_path == loss.path]
    assert finding.severity == Severity.INFO
    assert finding.live_key_count == 3
    assert finding.finding_class == (loss.kind if loss.way == "detached" else "duplicate")


def test_a_batch_of_which_a_part_was_loaded_again_is_a_partial_duplicate(loss):
    loss.lake.load(12, "cd", batch_id="other")
    found = loss.lake.found()
    (finding,) = [f for findings in found.values() for f in findings if f.file_path == loss.path]
    assert finding.severity != Severity.INFO
    assert (finding.row_count, finding.live_key_count) == (3, 2)
    assert finding.finding_class == (loss.kind if loss.way == "detached" else "partly_duplicate")


def test_a_truncated_file_is_unreadable(watched):
    watched.load(11, "ab")
    watched.lose_by_kill(12, "cde")
    (path,) = watched.files() - watched.live_files()
    content = watched.storage.read(path)
    watched.write(path, content[: len(content) // 2])
    (finding,) = watched.found()["unreadable"]
    assert (finding.file_path, finding.severity, finding.row_count) == (path, Severity.WARNING, None)
    watched.write(path, b"")
    assert "unreadable" in watched.found()


def test_metadata_of_a_killed_commit_is_rejected_metadata_and_not_lost(watched):
    watched.load(11, "ab")
    watched.lose_by_kill(12, "cde")
    rejected = watched.found()["rejected_metadata"]
    assert sorted(f.file_path.rsplit(".", 1)[1] for f in rejected) == ["avro", "avro"]
    assert {f.severity for f in rejected} == {Severity.INFO}


@pytest.mark.parametrize("is_new_ledger", [False, True])
def test_files_of_expired_snapshots_are_leftovers(watched, is_new_ledger, tmp_path):
    watched.load(11, "ab")
    watched.load(12, "cd")
    watched.scan()
    gone = watched.live_files()
    watched.table.delete()
    expired = [s.snapshot_id for s in watched.table.snapshots()][:-1]
    watched.table.maintenance.expire_snapshots().by_ids(expired).commit()
    if is_new_ledger:
        watched.ledgers = tmp_path / "new"
    found = watched.found()
    assert set(found) == {"expired_leftover"}
    assert gone <= {f.file_path for f in found["expired_leftover"]}


def test_a_batch_that_was_detached_and_then_expired_is_still_missing(watched):
    watched.load(11, "ab")
    watched.lose_by_detaching(12, "cde")
    (path,) = watched.files() - watched.live_files()
    (detached,) = {s.snapshot_id for s in watched.table.snapshots()} - {watched.table.current_snapshot().snapshot_id}
    watched.table.maintenance.expire_snapshots().by_ids([detached]).commit()
    found = watched.found()
    (finding,) = found["detached_snapshot"]
    assert (finding.file_path, finding.batch.batch_id, finding.severity) == (path, "b12", Severity.CRITICAL)
    assert "expired" in finding.evidence


def detached_and_expired(watched):
    """Lose 12:00 off main and expire its snapshot; return the path of its file."""
    watched.lose_by_detaching(12, "cde")
    (detached,) = {s.snapshot_id for s in watched.table.snapshots()} - {s.snapshot_id for s in lineage(watched.table)}
    (path,) = {p for p in watched.files() if watched.batch_of(p) == "b12"}
    watched.table.maintenance.expire_snapshots().by_ids([detached]).commit()
    return path


def test_a_clock_that_runs_ahead_makes_no_garbage_of_a_detached_and_expired_batch(local):
    with local.patch.context() as ahead:
        # The host that made the table's first snapshot.
        seconds, nanoseconds = time.time, time.time_ns
        ahead.setattr(time, "time", lambda: seconds() + 30)
        ahead.setattr(time, "time_ns", lambda: nanoseconds() + 30 * 10**9)
        local.load(10, "z")
    local.load(11, "ab")
    first = local.table.snapshots()[0]
    path = detached_and_expired(local)
    assert first.timestamp_ms > local.table.current_snapshot().timestamp_ms
    (finding,) = local.found()["detached_snapshot"]
    assert (finding.file_path, finding.severity) == (path, Severity.CRITICAL)


def test_a_detached_and_expired_batch_that_cannot_be_read_is_no_garbage(local):
    local.load(11, "ab")
    path = detached_and_expired(local)
    local.write(path, local.storage.read(path)[:200])
    found = local.found()
    assert path in {f.file_path for f in found["detached_snapshot"]}
    assert path not in {f.file_path for f in found.get("expired_leftover", [])}


def test_where_the_chain_to_the_first_snapshot_is_broken_rows_that_are_missing_are_told_and_not_swept(local):
    local.load(11, "ab")
    local.scan()
    gone = local.live_files()
    # Made and expired between two scans, with every metadata file that knew of it.
    local.table.delete("store_id = 'a'")
    local.load(12, "cd")
    kept = local.table.current_snapshot().snapshot_id
    expired = [s.snapshot_id for s in local.table.snapshots() if s.snapshot_id != kept]
    local.table.maintenance.expire_snapshots().by_ids(expired).commit()
    for entry in local.table.metadata.metadata_log:
        local.storage.filesystem.delete_file(local.storage.path(entry.metadata_file))
    scan = local.scan()
    (finding,) = [f for f in scan.findings if f.finding_class == "detached_snapshot"]
    assert ({finding.file_path}, finding.severity, finding.live_key_count) == (gone, Severity.WARNING, 1)
    assert "is not known any more" in finding.evidence
    # Main itself deleted the row: only who names the file gets it back.
    assert recoverable(scan.findings) == []
    assert recoverable(scan.findings, finding.file_path) == [finding]


def test_a_branch_of_its_own_is_staged_and_not_lost(local):
    local.load(11, "ab")
    local.lose_by_detaching(12, "cde")
    (detached,) = {s.snapshot_id for s in local.table.snapshots()} - {local.table.current_snapshot().snapshot_id}
    with local.table.transaction() as transaction:
        ManageSnapshots(transaction).create_branch(detached, "audit").commit()
    (finding,) = local.found()["detached_snapshot"]
    assert (finding.severity, "audit" in finding.evidence) == (Severity.INFO, True)


def test_a_tag_does_not_hide_a_detached_batch(local):
    local.load(11, "ab")
    local.lose_by_detaching(12, "cde")
    (detached,) = {s.snapshot_id for s in local.table.snapshots()} - {local.table.current_snapshot().snapshot_id}
    local.table.manage_snapshots().create_tag(detached, "kept").commit()
    (finding,) = local.found()["detached_snapshot"]
    assert finding.severity == Severity.CRITICAL


@pytest.mark.parametrize("kind", ["data", "manifest", "manifest list"])
def test_a_named_file_that_is_gone_is_a_dangling_reference(watched, kind):
    watched.load(11, "ab")
    watched.load(12, "cd")
    snapshot = watched.table.current_snapshot()
    path = {
        "data": sorted(watched.live_files())[0],
        "manifest": snapshot.manifests(watched.table.io)[0].manifest_path,
        "manifest list": snapshot.manifest_list,
    }[kind].removeprefix("file://")
    watched.storage.filesystem.delete_file(watched.storage.path(path))
    found = watched.found()
    (finding,) = found.pop("dangling_reference")
    assert (finding.file_path, finding.severity) == (path, Severity.CRITICAL)
    assert kind in finding.evidence
    assert found == {}


def test_a_manifest_that_is_gone_is_found_again_once_the_ledger_knows_it(local):
    local.load(11, "ab")
    local.scan()
    path = local.table.current_snapshot().manifests(local.table.io)[0].manifest_path.removeprefix("file://")
    content = local.storage.read(path)
    local.storage.filesystem.delete_file(path)
    assert set(local.found()) == {"dangling_reference"}
    local.write(path, content)
    assert local.found() == {}


def test_files_of_other_tables_are_foreign(watched):
    watched.load(11, "ab")
    schema = watched.table.schema()
    known = watched.lake.catalog.create_table("raw.known", schema, location=watched.table.location() + "/../known")
    stranger = watched.lake.catalog.create_table("raw.stranger", schema, location=watched.table.location())
    rows = watched.table.scan().to_arrow()
    stranger.append(rows)
    watched.lake.catalog.drop_table("raw.stranger")
    watched.write(watched.table.location().removeprefix("file://") + "/data/notes.txt", b"hello")
    found = watched.found()
    assert set(found) == {"foreign"}
    assert len(found["foreign"]) >= 5
    assert known is not None


def test_a_table_of_the_catalog_in_the_same_folder_is_as_it_should_be(watched):
    watched.load(11, "ab")
    other = watched.lake.catalog.create_table("raw.twin", watched.table.schema(), location=watched.table.location())
    other.append(watched.table.scan().to_arrow())
    watched.lose_by_kill(12, "cde")
    found = watched.found()
    assert len(found["lost_batch"]) == 1
    assert set(found) == {"lost_batch", "rejected_metadata"}


@pytest.mark.parametrize("is_known", [True, False])
def test_a_lost_batch_of_a_table_in_a_folder_of_this_one_is_left_to_that_table(local, is_known):
    local.load(11, "ab")
    name = "raw.gi_eu"
    eu = local.lake.catalog.create_table(name, local.table.schema(), location=local.table.location() + "/eu")
    rows = local.table.scan().to_arrow()
    eu.append(rows)
    (lost,) = _dataframe_to_data_files(eu.metadata, rows.set_column(0, "store_id", pa.array(["m", "n"])), eu.io)
    lost = canonical_path(lost.file_path)
    if not is_known:
        # Its metadata files tell whose folder it is.
        local.lake.catalog.drop_table(name)
    found = local.found()
    assert set(found) <= {"foreign"}
    if is_known:
        assert found == {}
        (finding,) = local.found(replace(GI, table_name=name))["lost_batch"]
        assert finding.file_path == lost
    else:
        assert lost in {f.file_path for f in found["foreign"]}


def test_a_lost_batch_beside_a_table_in_a_folder_of_this_one_is_its_own(local):
    local.load(11, "ab")
    schema, location = local.table.schema(), local.table.location()
    # Below one, this table's own data lies; a file there may be of either.
    for folder in ("eu", "data"):
        local.lake.catalog.create_table(f"raw.in_{folder}", schema, location=f"{location}/{folder}")
    local.lose_by_kill(12, "cde")
    assert len(local.found()["lost_batch"]) == 1


def test_files_of_a_release_that_was_not_finished_are_an_abandoned_build(watched):
    watched.load(11, "ab")
    watched.lose_by_kill(12, "cde")
    found = watched.found(GI.__class__(**{**vars(GI), "role": "published"}))
    (finding,) = found["abandoned_build"]
    assert finding.severity == Severity.INFO


def test_a_correction_with_newer_rows_is_lost_though_its_keys_are_there(local):
    local.load(12, "cde")
    local.lose_by_kill(12, "cde", batch_id="correction", updated="2026-11-20 12:45:00")
    (finding,) = local.found()["lost_batch"]
    assert (finding.batch.batch_id, finding.live_key_count) == ("correction", 0)


def test_a_metadata_file_that_lost_the_race_names_its_batch(local):
    local.load(11, "ab")
    stale = local.lake.catalog.load_table("raw.gi_stores")
    with local.table.transaction() as transaction:
        transaction.set_properties(harmless="yes")
    transaction = stale.transaction()
    transaction.update_snapshot(snapshot_properties={"store-matching.batch-id": "b12"}).fast_append().commit()
    catalog = local.lake.catalog
    local.patch.setattr(catalog, "load_table", lambda name: stale)
    with pytest.raises(Exception, match="has been updated"):
        transaction.commit_transaction()
    local.patch.undo()
    found = local.found()
    assert set(found) == {"rejected_metadata"}
    assert "b12" in {f.batch.batch_id for f in found["rejected_metadata"]}


def test_names_that_hold_wildcards_name_one_file(watched):
    watched.load(11, "ab")
    watched.lose_by_kill(12, "cde")
    (path,) = watched.files() - watched.live_files()
    (live,) = watched.live_files()
    folder = path.rsplit("/", 1)[0]
    odd = [f"{folder}/part [1].parquet", f"{folder}/p*.parquet"]
    if not watched.storage.prefix:
        # In S3 DuckDB takes what follows a question mark for settings.
        odd.append(f"{folder}/par? 1.parquet")
    for name in odd:
        watched.write(name, watched.storage.read(path))
    # What the names would match as patterns.
    watched.write(f"{folder}/part 1.parquet", watched.storage.read(live))
    found = watched.found()
    assert {
        f.file_path: (f.batch.batch_id, f.row_count, f.live_key_count) for f in found["lost_batch"]
    } == dict.fromkeys([path, *odd], ("b12", 3, 0))
    assert [f.file_path for f in found["duplicate"]] == [f"{folder}/part 1.parquet"]
    (finding,) = [f for f in found["lost_batch"] if f.file_path == odd[0]]
    (outcome,) = recover(watched.lake, GI, [finding], watched.ledgers, utc_now)
    assert outcome.is_recovered
    assert sorted(watched.table.scan().to_arrow().column("store_id").to_pylist()) == list("abcde")
    assert "lost_batch" not in watched.found()


def test_a_lake_whose_folder_holds_wildcards_is_scanned(tmp_path, monkeypatch):
    folder = tmp_path / "stores [prod]*"
    folder.mkdir()
    lake = WatchedLake(str(folder / "lake"), folder, monkeypatch)
    lake.load(11, "ab")
    lake.load(12, "cd")
    assert lake.found() == {}
    lake.lose_by_kill(13, "e")
    assert len(lake.found()["lost_batch"]) == 1


def test_a_clock_that_runs_ahead_does_not_hide_a_file_for_ever(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    (path,) = local.files() - local.live_files()
    import os

    os.utime(path, (4e9, 4e9))
    assert "in_flight" in local.found()
    seen = {path: window(12)}
    assert [f.file_path for f in local.found(first_seen=seen)["lost_batch"]] == [path]


def test_sides_that_disagree_too_much_are_not_believed(local):
    local.load(11, "ab")
    source = sorted(local.live_files())[0]
    content = local.storage.read(source)
    for number in range(40):
        local.write(source.replace(".parquet", f"-{number}.parquet"), content)
    with pytest.raises(LakeError, match="too many to be believed"):
        local.scan()
    assert len(local.scan(believe_all=True).findings) == 40


def test_a_table_without_losses_has_no_finding(watched):
    watched.load(11, "ab")
    watched.load(12, "cd")
    assert watched.found() == {}
    assert watched.found(later=timedelta()) == {}


def test_spellings_of_the_location_name_the_same_files(local):
    local.load(11, "ab")
    for location in ("file:", "file://", ""):
        path = local.table.location().removeprefix("file://")
        spelled = location + path.replace("/raw/", "//raw/./") + "/"
        assert local.found(GI.__class__(**{**vars(GI), "location": spelled})) == {}
