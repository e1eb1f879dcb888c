"""The Sentinel on Iceberg tables that this project did not write: other catalogs, formats, layouts, spellings."""

import os
from dataclasses import replace

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table.statistics import StatisticsFile
from pyiceberg.transforms import BucketTransform, DayTransform, IdentityTransform, TruncateTransform
from pyiceberg.types import DoubleType, ListType, LongType, MapType, NestedField, StringType, StructType

from store_matching.errors import LakeError
from store_matching.lake import open_lake
from store_matching.sentinel.hadoop_table import hadoop_table
from store_matching.sentinel.recover.apply import recover
from store_matching.sentinel.scan import ScanOptions, scan_table
from store_matching.sentinel.scan_all import utc_now
from store_matching.sentinel.types import Cause
from store_matching.sentinel.watched import Catalogs, WatchedTable

from .any_table import NAME, AnyTable, configure, configure_only, in_catalog, in_sql, rows, to_hadoop
from .conftest import LATER
from .delete_files import delete_by_key, delete_by_position, write_key_deletes, write_position_deletes
from .rest_server import serve_rest_catalog


@pytest.fixture
def sql(tmp_path, monkeypatch):
    """Makes a table without rows in an SQL catalog."""
    return lambda **options: in_sql(tmp_path, monkeypatch, **options)


@pytest.fixture
def rest(tmp_path, monkeypatch):
    """A table of a REST catalog with two commits."""
    settings = {"URI": f"sqlite:///{tmp_path}/backing.db", "WAREHOUSE": f"file://{tmp_path}/warehouse"}
    with serve_rest_catalog(configure(monkeypatch, "backing", settings)) as address:
        any_table = in_catalog(configure(monkeypatch, "anyrest", {"TYPE": "rest", "URI": address}), tmp_path)
        any_table.append(rows("ab"))
        any_table.append(rows("c"))
        yield any_table


@pytest.fixture
def glue(tmp_path, monkeypatch, s3_endpoint):
    """A table of a Glue catalog, its files in S3."""
    bucket = f"glue-{tmp_path.name.lower().replace('_', '-')}"[:60].rstrip("-")
    keys = {"ACCESS_KEY_ID": "testing", "SECRET_ACCESS_KEY": "testing", "REGION": "us-east-1"}
    client = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=s3_endpoint, **client).create_bucket(Bucket=bucket)
    settings = {"TYPE": "glue", "WAREHOUSE": f"s3://{bucket}/warehouse"}
    for service in ("GLUE", "S3"):
        settings |= {f"{service}__{name}": value for name, value in keys.items()}
        settings[f"{service}__ENDPOINT"] = s3_endpoint
    any_table = in_catalog(configure(monkeypatch, "anyglue", settings), tmp_path)
    any_table.append(rows("ab"))
    yield any_table
    catalog = any_table.table.catalog
    catalog.drop_table(NAME)
    catalog.drop_namespace("geo")


def test_losses_of_a_rest_catalog_are_found(rest):
    rest.prove()


@pytest.mark.long
def test_losses_of_a_glue_catalog_in_s3_are_found(glue):
    glue.prove()


def test_a_batch_whose_commit_a_rest_catalog_refused_is_lost_to_a_conflict(rest):
    with rest.table.transaction() as transaction:
        transaction.set_properties({"commit.retry.num-retries": "0"})
    stale, before = rest.table, rest.files()
    rest.append(rows("d"))
    live = {path.removeprefix("file://") for path in rest.live_files()}
    rival = rest.table.current_snapshot().timestamp_ms / 1000
    with pytest.raises(CommitFailedException):
        stale.append(rows("xy"))
    (lost,) = {path for path in rest.files() - before - live if path.endswith(".parquet")}
    # A slow machine may take seconds between the two.
    os.utime(lost, (rival + 1, rival + 1))
    (finding,) = rest.found()["lost_batch"]
    assert (finding.file_path, finding.row_count, finding.live_key_count) == (lost, 2, 0)
    assert finding.cause == Cause.COMMIT_CONFLICT


def test_a_catalog_that_does_not_answer_or_does_not_hold_the_table_is_told_apart(rest, monkeypatch, tmp_path):
    unknown = WatchedTable("geo.unknown", catalog="anyrest")
    assert scan_table(unknown, Catalogs(), tmp_path / "ledgers", ScanOptions()) is None
    configure_only(monkeypatch, "silent", {"TYPE": "rest", "URI": "http://127.0.0.1:9"})
    for catalog in ("silent", "undescribed"):
        with pytest.raises(LakeError, match=catalog):
            scan_table(WatchedTable(NAME, catalog=catalog), Catalogs(), tmp_path / "ledgers", ScanOptions())


@pytest.fixture(params=["plain", "gz"])
def hadoop(request, sql, tmp_path):
    """A folder as Hadoop's catalog keeps it: versions by number, no catalog, checksums beside files."""
    table = sql(properties={"write.metadata.compression-codec": {"plain": "none", "gz": "gzip"}[request.param]})
    for ids in ("ab", "c", "de"):
        table.append(rows(ids))
    location = to_hadoop(table.table)
    return AnyTable(
        lambda: hadoop_table(location), WatchedTable(NAME, catalog="hadoop", location=location), tmp_path / "other"
    )


@pytest.mark.parametrize("hint", ["right", "stale", "missing"])
def test_losses_of_a_hadoop_folder_are_found_whatever_its_version_hint_says(hadoop, hint):
    path = hadoop.table.location() + "/metadata/version-hint.text"
    newest = int(hadoop.storage.read(path))
    assert newest == 4
    if hint == "stale":
        hadoop.write(path, b"2")
    elif hint == "missing":
        hadoop.remove(path)
    assert hadoop.table.metadata_location.split("/")[-1].startswith("v4.")
    assert hadoop.table.scan().to_arrow().num_rows == 5
    hadoop.prove()


def test_checksums_that_hadoop_writes_beside_files_are_no_strays(hadoop):
    for path in hadoop.files():
        folder, name = path.rsplit("/", 1)
        hadoop.write(f"{folder}/.{name}.crc", b"crc")
    hadoop.prove()


def test_a_hint_that_names_no_version_is_an_error_and_a_folder_without_metadata_no_table(hadoop, tmp_path):
    hadoop.write(hadoop.table.location() + "/metadata/version-hint.text", b"9")
    with pytest.raises(LakeError, match="names version 9"):
        hadoop.found()
    nothing = WatchedTable(NAME, catalog="hadoop", location=str(tmp_path / "nothing"))
    assert scan_table(nothing, Catalogs(), tmp_path / "ledgers", ScanOptions()) is None


@pytest.mark.parametrize("version", ["1", "2"])
def test_losses_of_both_table_formats_are_found(sql, version):
    table = sql(properties={"format-version": version})
    table.append(rows("ab"))
    table.append(rows("cd"))
    table.table.delete("shop_id = 'a'")
    assert table.table.format_version == int(version)
    table.prove()


def test_losses_of_a_table_that_was_upgraded_from_format_1_to_2_are_found(sql):
    table = sql(properties={"format-version": "1"})
    table.append(rows("ab"))
    with table.table.transaction() as transaction:
        transaction.upgrade_table_version(2)
    table.append(rows("cd"))
    assert table.table.format_version == 2
    table.prove()


@pytest.mark.parametrize("lost_before", [True, False])
def test_a_renamed_key_is_followed_by_its_field_id(sql, lost_before):
    table = sql()
    table.append(rows("ab"))
    old = table.live_files()
    if lost_before:
        lost = table.abandon(rows("xyz"))
        partly = table.abandon(rows("bcx"))
    with table.table.update_schema() as update:
        update.rename_column("shop_id", "store")
    table.append(rows("c", key="store"))
    if not lost_before:
        lost = table.abandon(rows("xyz", key="store"))
        partly = table.abandon(rows("bcx", key="store"))
    copy = table.copy(old[0].removeprefix("file://"))
    table.watched = replace(table.watched, key_columns=("store",))
    found = table.found()
    assert {f.file_path: (f.row_count, f.live_key_count) for f in found["lost_batch"]} == dict.fromkeys(lost, (3, 0))
    assert {f.file_path: (f.row_count, f.live_key_count) for f in found["partly_duplicate"]} == dict.fromkeys(
        partly, (3, 2)
    )
    assert [f.file_path for f in found["duplicate"]] == [copy]


TRANSFORMS = {
    "identity": (2, IdentityTransform()),
    "bucket": (1, BucketTransform(4)),
    "truncate": (2, TruncateTransform(2)),
    "day": (3, DayTransform()),
}


@pytest.mark.parametrize("name", TRANSFORMS)
def test_losses_of_partitioned_tables_are_found(sql, name):
    source, transform = TRANSFORMS[name]
    table = sql(partition_spec=PartitionSpec(PartitionField(source, 1000, transform, f"by_{name}")))
    table.append(rows("abcd"))
    assert all("/by_" in path for path in table.live_files())
    assert len(table.live_files()) > 1
    table.prove()


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_lost_batch_of_a_partitioned_table_with_a_renamed_key_comes_back_once(sql, name, tmp_path):
    source, transform = TRANSFORMS[name]
    table = sql(partition_spec=PartitionSpec(PartitionField(source, 1000, transform, f"by_{name}")))
    table.append(rows("abcd"))
    table.abandon(rows("xyz"))
    with table.table.update_schema() as update:
        update.rename_column("shop_id", "shop")
    lake = open_lake(str(tmp_path / "ops"), state=tmp_path / "ops_state")
    watched = replace(table.watched, key_columns=("shop",))
    for rounds in (1, 2):
        scan = scan_table(watched, Catalogs(lake), table.ledgers, ScanOptions(now=lambda: utc_now() + LATER))
        lost = [finding for finding in scan.findings if finding.finding_class == "lost_batch"]
        assert bool(lost) == (rounds == 1)
        outcomes = recover(lake, watched, lost, table.ledgers, utc_now)
        assert all("replay" in outcome.text for outcome in outcomes)
    assert sorted(table.table.scan().to_arrow().column("shop").to_pylist()) == list("abcdxyz")


def test_losses_of_a_table_whose_partitions_changed_are_found(sql):
    table = sql(partition_spec=PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "town")))
    table.append(rows("abcd"))
    with table.table.update_spec() as update:
        update.remove_field("town")
        update.add_field("opened", DayTransform(), "day")
    table.append(rows("ef"))
    table.prove()


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


def test_the_missing_rows_of_a_table_with_lists_and_structs_come_back_whole(sql, tmp_path):
    nested = Schema(
        NestedField(1, "shop_id", StringType()),
        NestedField(2, "tags", ListType(4, StringType())),
        NestedField(3, "place", StructType(NestedField(5, "lat", DoubleType()), NestedField(6, "tags", StringType()))),
        NestedField(7, "codes", MapType(8, StringType(), 9, LongType())),
    )
    table = sql(schema=nested)

    def shops(letters):
        return [
            {"shop_id": i, "tags": [i, "x"], "place": {"lat": float(ord(i)), "tags": i}, "codes": [(i, ord(i))]}
            for i in letters
        ]

    def arrow(letters):
        return pa.Table.from_pylist(shops(letters), schema=table.table.schema().as_arrow())

    table.append(arrow("ab"))
    table.abandon(arrow("bcd"))
    lake = open_lake(str(tmp_path / "ops"), state=tmp_path / "ops_state")
    (finding,) = table.found()["partly_duplicate"]
    (outcome,) = recover(lake, table.watched, [finding], table.ledgers, utc_now)
    assert (outcome.is_recovered, outcome.rows) == (True, 2)
    assert sorted(table.table.scan().to_arrow().to_pylist(), key=lambda row: row["shop_id"]) == shops("abcd")
