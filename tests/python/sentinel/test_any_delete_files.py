"""The Sentinel on tables with delete files and statistics that somebody else wrote."""

import pytest
from pyiceberg.table.statistics import StatisticsFile

from .any_table import rows
from .delete_files import delete_by_key, delete_by_position, write_key_deletes, write_position_deletes

DELETES = {
    "position": lambda table: delete_by_position(table, table.inspect.data_files()["file_path"][0].as_py(), [0]),
    "equality": lambda table: delete_by_key(table, ["a"]),
}


@pytest.mark.parametrize("kind", DELETES)
def test_delete_files_are_named_and_the_rows_they_delete_are_not_in_the_table(sql, kind):
    table = sql()
    table.append(rows("abc"))
    DELETES[kind](table.table)
    assert table.found() == {}
    lost = table.abandon(rows("xyz"))
    again = table.abandon(rows("ab"))
    found = table.found()
    assert {(f.file_path, f.row_count, f.live_key_count) for f in found["lost_batch"]} == {(*lost, 3, 0)}
    # 'a' is deleted: a file that holds it again holds a row that the table does not.
    assert {(f.file_path, f.row_count, f.live_key_count) for f in found["partly_duplicate"]} == {(*again, 2, 1)}
    assert set(found) == {"lost_batch", "partly_duplicate", "rejected_metadata"}


@pytest.mark.parametrize("kind", DELETES)
def test_where_a_delete_file_is_gone_a_stray_is_lost_until_its_rows_can_be_compared(sql, kind):
    table = sql()
    table.append(rows("abc"))
    deletes = DELETES[kind](table.table)
    unknown = table.abandon(rows("bxy"))
    table.remove(deletes)
    found = table.found()
    assert [f.file_path for f in found["dangling_reference"]] == [deletes.removeprefix("file://")]
    (finding,) = found["lost_batch"]
    assert ({finding.file_path}, finding.row_count, finding.live_key_count) == (unknown, 3, None)
    assert "cannot be told" in finding.evidence
    assert set(found) == {"dangling_reference", "lost_batch", "rejected_metadata"}


def test_a_batch_that_was_detached_and_expired_is_no_garbage_where_rows_cannot_be_compared(sql):
    table = sql()
    table.append(rows("abc"))
    before = table.table.current_snapshot().snapshot_id
    table.append(rows("bxy"))
    detached = table.table.current_snapshot().snapshot_id
    live = set(table.live_files())
    table.table.manage_snapshots().set_current_snapshot(snapshot_id=before).commit()
    (lost,) = live - set(table.live_files())
    deletes = delete_by_key(table.table, ["a"])
    table.table.maintenance.expire_snapshots().by_ids([detached]).commit()
    table.remove(deletes)
    found = table.found()
    (finding,) = found["detached_snapshot"]
    assert (finding.file_path, finding.live_key_count) == (lost.removeprefix("file://"), None)
    assert "cannot be told" in finding.evidence
    assert lost.removeprefix("file://") not in {f.file_path for f in found.get("expired_leftover", [])}


@pytest.mark.parametrize("kind", ["position", "equality"])
def test_a_delete_file_that_nobody_committed_is_rejected_metadata_and_no_lost_batch(sql, kind):
    table = sql()
    table.append(rows("abc"))
    if kind == "position":
        path = write_position_deletes(table.table, table.live_files()[0], [0])
    else:
        path = write_key_deletes(table.table, ["x"])
    (finding,) = table.found()["rejected_metadata"]
    assert finding.file_path == path.removeprefix("file://")


def statistics_of(table, path):
    """A description of a Puffin file, as a table's metadata holds it."""
    size = len(table.storage.read(path))
    return StatisticsFile(
        **{
            "snapshot-id": table.table.current_snapshot().snapshot_id,
            "statistics-path": path,
            "file-size-in-bytes": size,
            "file-footer-size-in-bytes": size - 4,
            "blob-metadata": [],
        }
    )


def write_puffin(table, name):
    """A Puffin file without blobs."""
    footer = b'{"blobs": []}'
    path = f"{table.table.location()}/metadata/{name}.puffin"
    table.write(path, b"PFA1PFA1" + footer + len(footer).to_bytes(4, "little") + bytes(4) + b"PFA1")
    return path


def test_puffin_statistics_are_named_and_unreferenced_ones_are_of_no_commit(sql):
    table = sql()
    table.append(rows("ab"))
    with table.table.update_statistics() as update:
        update.set_statistics(statistics_of(table, write_puffin(table, "named")))
    table.prove()
    path = write_puffin(table, "unnamed")
    assert path.removeprefix("file://") in {f.file_path for f in table.found()["rejected_metadata"]}


def test_statistics_that_were_replaced_are_leftovers(sql):
    table = sql()
    table.append(rows("ab"))
    old, new = write_puffin(table, "old"), write_puffin(table, "new")
    for path in (old, new):
        with table.table.update_statistics() as update:
            update.set_statistics(statistics_of(table, path))
    found = table.found()
    assert [f.file_path for f in found.pop("expired_leftover")] == [old.removeprefix("file://")]
    assert found == {}
