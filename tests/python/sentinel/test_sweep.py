"""Only proven garbage moves into quarantine, after its delay, and every file comes back."""

import json
from datetime import timedelta

import pytest

from store_matching.errors import LakeError
from store_matching.sentinel.canonical_paths import canonical_path
from store_matching.sentinel.scan_all import scan_lake, utc_now
from store_matching.sentinel.sweep import apply as apply_module
from store_matching.sentinel.sweep.apply import apply_sweep
from store_matching.sentinel.sweep.plan import plan_sweep
from store_matching.sentinel.sweep.restore import restore

from .conftest import GI, LATER

DELAY = timedelta(hours=1)


def later():
    """When every file is old enough to be judged."""
    return utc_now() + LATER


def after_delay():
    """When what was found `later` may be moved."""
    return later() + DELAY + timedelta(minutes=1)


def planned(watched, now=after_delay):
    """What a sweep would move after a scan."""
    scan = scan_lake(watched.lake, [GI], now=later)
    return plan_sweep(watched.lake, scan.tables[0], scan.findings, now(), DELAY)


def swept(watched):
    """Sweep; return the plan."""
    sweep = planned(watched)
    apply_sweep(watched.lake, sweep, utc_now, print)
    return sweep


def everything(watched):
    """Path and content of every file of the lake's table, quarantine included."""
    storage = watched.storage
    selector = watched.table.location().removeprefix("file://").removeprefix("s3://")
    from pyarrow import fs

    infos = storage.filesystem.get_file_info(fs.FileSelector(selector, recursive=True))
    return {storage.prefix + i.path: storage.read(storage.prefix + i.path) for i in infos if i.type == fs.FileType.File}


def duplicate_in(watched):
    """Plant a duplicate and a lost batch; return the lake and their paths."""
    watched.load(11, "ab")
    watched.lose_by_kill(12, "cde")
    (duplicate,) = watched.files() - watched.live_files()
    watched.load(12, "cde")
    watched.lose_by_kill(14, "fgh")
    (lost,) = watched.files() - watched.live_files() - {duplicate}
    return watched, duplicate, lost


@pytest.fixture
def duplicated(local):
    """A lake in a folder with a duplicate and a lost batch."""
    return duplicate_in(local)


@pytest.fixture
def duplicated_anywhere(watched):
    """The same in a folder and in S3."""
    return duplicate_in(watched)


def test_only_proven_garbage_moves(duplicated_anywhere):
    watched, duplicate, lost = duplicated_anywhere
    rows = watched.table.scan().to_arrow().num_rows
    before = everything(watched)
    sweep = swept(watched)
    assert [move.moved_from for move in sweep.moves] == [duplicate]
    assert watched.storage.existing([duplicate, lost]) == {lost}
    after = everything(watched)
    assert after[sweep.moves[0].moved_to] == before[duplicate]
    assert {path for path in before if path not in after} == {duplicate}
    assert watched.table.scan().to_arrow().num_rows == rows
    assert "duplicate" not in watched.found()


def test_what_was_moved_comes_back_once(duplicated_anywhere):
    watched, duplicate, _ = duplicated_anywhere
    before = everything(watched)
    sweep = swept(watched)
    assert restore(watched.lake, sweep.manifest, utc_now) == [(duplicate, "restored")]
    assert {p: c for p, c in everything(watched).items() if not p.endswith("manifest.jsonl")} == before
    assert restore(watched.lake, sweep.manifest, utc_now) == [(duplicate, "there already")]
    assert [f.file_path for f in watched.found()["duplicate"]] == [duplicate]


def test_what_was_done_is_recorded_and_taken_back(duplicated):
    watched, duplicate, _ = duplicated
    sweep = swept(watched)
    query = f"select * from sentinel_findings where file_path = '{duplicate}'"
    (row,) = watched.lake.ops.rows(query)
    assert sweep.manifest in row["action_taken"]
    assert row["resolved_at"] is not None
    restore(watched.lake, sweep.manifest, utc_now)
    (row,) = watched.lake.ops.rows(query)
    assert row["action_taken"].startswith("restored")
    assert row["resolved_at"] is None


def test_garbage_stays_until_it_was_seen_for_the_delay(duplicated):
    watched, duplicate, _ = duplicated
    sweep = planned(watched, later)
    assert sweep.moves == []
    assert [(f.file_path, "due" in reason) for f, reason in sweep.kept] == [(duplicate, True)]


def test_leftovers_of_expired_snapshots_move_and_the_table_still_reads(watched):
    watched.load(11, "ab")
    watched.load(12, "cd")
    watched.scan()
    watched.table.delete("store_id = 'a'")
    expired = [s.snapshot_id for s in watched.table.snapshots()][:-1]
    watched.table.maintenance.expire_snapshots().by_ids(expired).commit()
    before = sorted(watched.table.scan().to_arrow().column("store_id").to_pylist())
    sweep = swept(watched)
    assert len(sweep.moves) >= 3
    assert watched.storage.existing([move.moved_from for move in sweep.moves]) == set()
    assert sorted(watched.table.scan().to_arrow().column("store_id").to_pylist()) == before == ["b", "c", "d"]
    assert watched.found() == {}


def test_a_file_that_a_table_elsewhere_names_stays(duplicated):
    watched, duplicate, _ = duplicated
    other = watched.lake.catalog.create_table("raw.borrower", watched.table.schema())
    other.add_files([duplicate])
    sweep = planned(watched)
    assert sweep.moves == []
    assert duplicate not in {move.moved_from for move in sweep.moves}


def test_a_file_that_is_named_after_the_scan_stays(duplicated):
    watched, duplicate, _ = duplicated
    scan = scan_lake(watched.lake, [GI], now=later)
    watched.table.add_files([duplicate], check_duplicate_files=False)
    sweep = plan_sweep(watched.lake, scan.tables[0], scan.findings, after_delay(), DELAY)
    assert sweep.moves == []
    assert [(f.file_path, reason) for f, reason in sweep.kept] == [(duplicate, "a table or a release names it")]


def test_a_file_that_is_named_between_plan_and_move_stays(duplicated):
    watched, duplicate, _ = duplicated
    sweep = planned(watched)
    watched.table.add_files([duplicate], check_duplicate_files=False)
    assert apply_sweep(watched.lake, sweep, later, print) == []
    assert [(f.file_path, reason) for f, reason in sweep.kept] == [(duplicate, "a table or a release names it")]
    assert watched.live_files() <= watched.files()


def test_a_file_that_a_neighbour_names_between_plan_and_move_stays(duplicated):
    watched, duplicate, _ = duplicated
    other = watched.lake.catalog.create_table("raw.borrower", watched.table.schema())
    sweep = planned(watched)
    other.add_files([duplicate])
    assert apply_sweep(watched.lake, sweep, later, print) == []
    assert watched.storage.existing([duplicate]) == {duplicate}


def test_a_duplicate_that_is_lost_again_between_plan_and_move_stays(local):
    local.load(11, "ab")
    before = local.table.current_snapshot().snapshot_id
    local.lose_by_kill(12, "cde")
    (lost,) = local.files() - local.live_files()
    local.load(12, "cde", batch_id="retry")
    sweep = planned(local)
    assert [move.moved_from for move in sweep.moves] == [lost]
    # Nobody names it, and yet it is the only file of these rows that anybody would find.
    local.set_current(before)
    assert apply_sweep(local.lake, sweep, later, print) == []
    ((finding, reason),) = sweep.kept
    assert (finding.file_path, "it is lost_batch now" in reason) == (lost, True)
    assert local.storage.existing([lost]) == {lost}


def test_garbage_of_a_table_that_goes_on_moves_all_the_same(duplicated):
    watched, duplicate, _ = duplicated
    sweep = planned(watched)
    watched.load(15, "ij")
    assert [move.moved_from for move in apply_sweep(watched.lake, sweep, later, print)] == [duplicate]


def test_a_file_that_is_named_while_it_moves_comes_back(duplicated, monkeypatch):
    watched, duplicate, _ = duplicated
    sweep = planned(watched)
    move = apply_module.move_file

    def named_meanwhile(*arguments):
        monkeypatch.undo()
        watched.table.add_files([duplicate], check_duplicate_files=False)
        move(*arguments)

    monkeypatch.setattr(apply_module, "move_file", named_meanwhile)
    assert apply_sweep(watched.lake, sweep, later, print) == []
    assert watched.live_files() <= watched.files()


def test_the_delay_counts_from_when_a_file_became_garbage_not_from_when_it_was_lost(local):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    (lost,) = local.files() - local.live_files()
    scan_lake(local.lake, [GI], now=later)
    local.load(12, "cde", batch_id="retry")
    hours_later = after_delay()
    scan = scan_lake(local.lake, [GI], now=lambda: hours_later)
    for moment, moved in ((hours_later + DELAY / 2, []), (hours_later + DELAY, [lost])):
        sweep = plan_sweep(local.lake, scan.tables[0], scan.findings, moment, DELAY)
        assert [move.moved_from for move in sweep.moves] == moved


def test_metadata_that_a_release_pins_stays(local):
    local.load(11, "ab")
    local.load(12, "cd")
    pinned = local.table
    snapshot = pinned.current_snapshot().snapshot_id
    with local.lake.ops.transaction() as connection:
        connection.execute(
            "insert into releases (release_id, release_status, run_id, created_at) values (1, 'published', 'r', ?)",
            ("2026-11-20 00:00:00.000000",),
        )
        connection.execute(
            "insert into release_tables (release_id, table_name, snapshot_id, metadata_location, row_count) "
            "values (1, 'raw.gi_stores', ?, ?, 4)",
            (str(snapshot), pinned.metadata_location),
        )
    needed = local.live_files()
    local.scan()
    local.table.delete()
    expired = [s.snapshot_id for s in local.table.snapshots()][:-1]
    local.table.maintenance.expire_snapshots().by_ids(expired).commit()
    sweep = planned(local)
    moved = {move.moved_from for move in sweep.moves}
    assert not needed & moved
    kept = {f.file_path: reason for f, reason in sweep.kept}
    assert {kept[path] for path in needed} == {"a table or a release names it"}
    with local.lake.ops.transaction() as connection:
        connection.execute("update releases set release_status = 'expired'")
    assert needed <= {move.moved_from for move in planned(local).moves}


def test_a_sweep_that_is_killed_loses_nothing(local, monkeypatch):
    local.load(11, "ab")
    for batch in ("one", "two", "three"):
        local.lose_by_kill(12, "cde", batch_id=batch)
    local.load(12, "cde")
    garbage = local.files() - local.live_files()
    before = everything(local)
    sweep = planned(local)
    move = apply_module.move_file
    moves = iter([move, KeyboardInterrupt])

    def interrupted(*arguments):
        step = next(moves)
        if step is KeyboardInterrupt:
            raise KeyboardInterrupt
        step(*arguments)

    monkeypatch.setattr(apply_module, "move_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        apply_sweep(local.lake, sweep, utc_now, print)
    monkeypatch.undo()
    assert len(local.storage.existing(sorted(garbage))) == 2
    swept(local)
    assert local.storage.existing(sorted(garbage)) == set()
    manifests = [path for path in everything(local) if path.endswith("manifest.jsonl")]
    assert len(manifests) == 2
    for manifest in manifests:
        restore(local.lake, manifest, utc_now)
    assert {p: c for p, c in everything(local).items() if not p.endswith("manifest.jsonl")} == before


def test_a_manifest_changed_by_hand_is_refused_whole(duplicated):
    watched, duplicate, _ = duplicated
    sweep = swept(watched)
    line = watched.storage.read(sweep.manifest).decode()
    away = json.loads(line) | {"moved_from": canonical_path("/somewhere/else.parquet")}
    for bad, said in (
        (json.dumps(away), "does not lie in"),
        (line.replace('"moved_to"', '"to"'), "moved_to is missing"),
        ("{", "line 2"),
        (line.replace("_sentinel_quarantine", "elsewhere"), "not in quarantine"),
    ):
        watched.write(sweep.manifest, (line + bad).encode())
        with pytest.raises(LakeError, match=said):
            restore(watched.lake, sweep.manifest, utc_now)
    assert watched.storage.existing([duplicate]) == set()
