"""What other engines write and PyIceberg does not: position deletes, equality deletes, files of any partition."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.io.pyarrow import write_file
from pyiceberg.manifest import (
    DataFile,
    DataFileContent,
    FileFormat,
    ManifestContent,
    ManifestEntry,
    ManifestEntryStatus,
    ManifestFile,
    ManifestWriterV2,
    write_manifest_list,
)
from pyiceberg.partitioning import PartitionFieldValue, PartitionKey
from pyiceberg.table import Table, WriteTask
from pyiceberg.table.refs import MAIN_BRANCH, SnapshotRefType
from pyiceberg.table.snapshots import Operation, Snapshot, Summary
from pyiceberg.table.update import AddSnapshotUpdate, AssertRefSnapshotId, SetSnapshotRefUpdate
from pyiceberg.typedef import Record


class DeleteManifestWriter(ManifestWriterV2):
    """A manifest of delete files; PyIceberg writes those of data files only."""

    def content(self) -> ManifestContent:
        """Deletes."""
        return ManifestContent.DELETES

    @property
    def _meta(self) -> dict[str, str]:
        return super()._meta | {"content": "deletes"}


def delete_by_position(table: Table, data_file: str, positions: list[int]) -> str:
    """Commit a position delete file; return its path."""
    path = write_position_deletes(table, data_file, positions)
    return _commit_deletes(table, path, len(positions), DataFileContent.POSITION_DELETES, None)


def delete_by_key(table: Table, keys: list[str]) -> str:
    """Commit an equality delete file of shop ids; return its path."""
    path = write_key_deletes(table, keys)
    return _commit_deletes(table, path, len(keys), DataFileContent.EQUALITY_DELETES, [1])


def write_position_deletes(table: Table, data_file: str, positions: list[int]) -> str:
    """Write a position delete file that nothing names; return its path."""
    schema = pa.schema(
        [_field("file_path", pa.string(), 2147483546), _field("pos", pa.int64(), 2147483545)],
        metadata={"delete-type": "position"},
    )
    return _write(table, pa.table({"file_path": [data_file] * len(positions), "pos": positions}, schema=schema))


def write_key_deletes(table: Table, keys: list[str]) -> str:
    """Write an equality delete file of shop ids that nothing names; return its path."""
    schema = pa.schema(
        [_field("shop_id", pa.string(), 1)], metadata={"delete-type": "equality", "delete-field-ids": "1"}
    )
    return _write(table, pa.table({"shop_id": keys}, schema=schema))


def _field(name: str, kind: pa.DataType, field_id: int) -> pa.Field:
    return pa.field(name, kind, nullable=False, metadata={"PARQUET:field_id": str(field_id)})


def _write(table: Table, content: pa.Table) -> str:
    path = f"{table.location()}/data/{uuid.uuid4()}-deletes.parquet"
    pq.write_table(content, urlsplit(path).path)
    return path


def _commit_deletes(
    table: Table, path: str, row_count: int, kind: DataFileContent, equality_ids: list[int] | None
) -> str:
    data_file = DataFile.from_args(
        content=kind,
        file_path=path,
        file_format=FileFormat.PARQUET,
        partition=Record(),
        record_count=row_count,
        file_size_in_bytes=Path(urlsplit(path).path).stat().st_size,
        equality_ids=equality_ids,
    )
    snapshot_id = uuid.uuid4().int >> 65
    _commit_snapshot(table, snapshot_id, _write_manifest(table, snapshot_id, data_file))
    return path


def _write_manifest(table: Table, snapshot_id: int, data_file: DataFile) -> ManifestFile:
    output = table.io.new_output(f"{table.location()}/metadata/{uuid.uuid4()}-m0.avro")
    with DeleteManifestWriter(table.spec(), table.schema(), output, snapshot_id, "deflate") as writer:
        writer.add(
            ManifestEntry.from_args(
                status=ManifestEntryStatus.ADDED, snapshot_id=snapshot_id, sequence_number=None, data_file=data_file
            )
        )
    return writer.to_manifest_file()


def _commit_snapshot(table: Table, snapshot_id: int, manifest: ManifestFile) -> None:
    parent = table.current_snapshot()
    number = table.metadata.next_sequence_number()
    path = f"{table.location()}/metadata/snap-{snapshot_id}-0-{uuid.uuid4()}.avro"
    with write_manifest_list(
        2, table.io.new_output(path), snapshot_id, parent.snapshot_id, number, "deflate"
    ) as manifest_list:
        manifest_list.add_manifests([*parent.manifests(table.io), manifest])
    snapshot = Snapshot(
        snapshot_id=snapshot_id,
        parent_snapshot_id=parent.snapshot_id,
        sequence_number=number,
        timestamp_ms=table.metadata.last_updated_ms + 1,
        manifest_list=path,
        summary=Summary(Operation.DELETE),
        schema_id=table.schema().schema_id,
    )
    reference = SetSnapshotRefUpdate(ref_name=MAIN_BRANCH, type=SnapshotRefType.BRANCH.value, snapshot_id=snapshot_id)
    table.catalog.commit_table(
        table,
        (AssertRefSnapshotId(ref=MAIN_BRANCH, snapshot_id=parent.snapshot_id),),
        (AddSnapshotUpdate(snapshot=snapshot), reference),
    )


def write_partitioned(table: Table, data: pa.Table) -> Iterator[DataFile]:
    """Write one data file per partition by PyIceberg's writer.

    Its `append` computes buckets, prefixes and days by a package of its own that is not a dependency here; its
    transforms themselves need none.
    """
    schema, (field,) = table.schema(), table.spec().fields
    source = schema.find_column_name(field.source_id)
    transform = field.transform.transform(schema.find_type(field.source_id))
    groups: dict[object, list[int]] = {}
    for at, value in enumerate(data[source].to_pylist()):
        key = PartitionKey([PartitionFieldValue(field, value)], table.spec(), schema)
        groups.setdefault(transform(key.partition[0]), []).append(at)
    tasks = []
    for number, (result, positions) in enumerate(groups.items()):
        key = PartitionKey([PartitionFieldValue(field, data[source][positions[0]].as_py())], table.spec(), schema)
        # The writer takes the value of the partition, not of the column.
        key.__dict__["partition"] = Record(result)
        batches = data.take(positions).to_batches()
        tasks.append(WriteTask(uuid.uuid4(), number, schema, batches, partition_key=key))
    return write_file(table.io, table.metadata, iter(tasks))
