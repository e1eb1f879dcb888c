"""The Sentinel on tables whose files lie elsewhere, or whose metadata spells paths in other ways."""

import pyarrow.parquet as pq
import pytest

from .any_table import rows


def test_losses_below_write_data_path_and_write_metadata_path_are_found(sql, tmp_path):
    table = sql(
        properties={
            "write.data.path": f"file://{tmp_path}/elsewhere/data",
            "write.metadata.path": f"{tmp_path}/metadata-elsewhere",
        }
    )
    table.append(rows("ab"))
    table.append(rows("c"))
    assert all("/elsewhere/data/" in path for path in table.live_files())
    assert "/metadata-elsewhere/" in table.table.metadata_location
    table.prove()


def test_losses_in_the_folders_of_an_object_store_layout_are_found(sql):
    table = sql(properties={"write.object-storage.enabled": "true"})
    table.append(rows("ab"))
    table.prove()


def test_added_files_outside_the_location_are_as_they_should_be_until_they_are_gone(sql, tmp_path):
    table = sql()
    table.append(rows("a"))
    outside = tmp_path / "landed" / "batch.parquet"
    outside.parent.mkdir()
    pq.write_table(rows("bc"), outside)
    table.table.add_files([f"file://{outside}"])
    assert table.found() == {}
    # Files without field ids are found again by the names of their columns.
    copy = table.live_files()[0].rsplit("/", 1)[0].removeprefix("file://") + "/copy.parquet"
    table.write(copy, outside.read_bytes())
    (finding,) = table.found()["duplicate"]
    assert (finding.file_path, finding.live_key_count) == (copy, 2)
    outside.unlink()
    table.remove(copy)
    found = table.found()
    (finding,) = found.pop("dangling_reference")
    assert (finding.file_path, finding.row_count, found) == (str(outside), 2, {})


SPELLINGS = ["file://", "file:", ""]


@pytest.mark.parametrize("declared", SPELLINGS)
def test_a_table_whose_metadata_spells_paths_in_every_way_has_no_stray(sql, tmp_path, declared):
    table = sql(location=f"{declared}{tmp_path}/shops")
    for data, metadata, ids in zip(SPELLINGS, [*SPELLINGS[1:], SPELLINGS[0]], "abc", strict=True):
        with table.table.transaction() as transaction:
            transaction.set_properties(
                {
                    "write.data.path": f"{data}{tmp_path}/shops/data",
                    "write.metadata.path": f"{metadata}{tmp_path}/shops/metadata",
                }
            )
        table.append(rows(ids))
    spelled = {path.split(str(tmp_path))[0] for path in table.live_files()}
    assert spelled == set(SPELLINGS)
    table.prove()
