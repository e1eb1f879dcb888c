"""The Sentinel on tables of both formats, with other keys, partitions and nested columns."""

from dataclasses import replace

import pyarrow as pa
import pytest
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import BucketTransform, DayTransform, IdentityTransform, TruncateTransform
from pyiceberg.types import DoubleType, ListType, LongType, MapType, NestedField, StringType, StructType

from store_matching.lake import open_lake
from store_matching.sentinel.recover.apply import recover
from store_matching.sentinel.scan import ScanOptions, scan_table
from store_matching.sentinel.scan_all import utc_now
from store_matching.sentinel.watched import Catalogs

from .any_table import rows
from .conftest import LATER


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
