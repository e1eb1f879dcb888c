"""Iceberg entries of files that lie in storage: read from a manifest, or made from the file itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from store_matching.sentinel.canonical_paths import canonical_path, duckdb_path
from store_matching.sentinel.data_files import DataFileContent

if TYPE_CHECKING:
    from pyiceberg.manifest import DataFile
    from pyiceberg.table import Table


class CannotRegister(Exception):
    """A file cannot be registered as it is; the text says why."""


def spelled_like(location: str, canonical: str) -> str:
    """Return a canonical path in the spelling of a table's location: one spelling per file, whoever writes it."""
    return "file://" + canonical if location.startswith("file:") else canonical


def entry_of_manifest(table: Table, manifest_path: str, path: str) -> DataFile:
    """Return a file's entry in a manifest that no snapshot names: nothing of the file is read, its columns may have
    been renamed since and its partitions be of any transform.

    Raises CannotRegister when the manifest is gone, lists no such file, or was written for another partitioning.
    """
    from pyiceberg.avro.file import AvroFile
    from pyiceberg.manifest import DEFAULT_READ_VERSION, MANIFEST_ENTRY_SCHEMAS, ManifestEntry, ManifestFile

    source = table.io.new_input(spelled_like(table.location(), manifest_path))
    try:
        with AvroFile[ManifestEntry](source, MANIFEST_ENTRY_SCHEMAS[DEFAULT_READ_VERSION]) as reader:
            spec_id = int(reader.header.meta.get("partition-spec-id", "0"))
            content = reader.header.meta.get("content", "data")
        manifest = ManifestFile.from_args(
            manifest_path=source.location,
            manifest_length=len(source),
            partition_spec_id=spec_id,
            content=0 if content == "data" else 1,
            sequence_number=0,
            min_sequence_number=0,
            added_snapshot_id=-1,
        )
        entries = manifest.fetch_manifest_entry(table.io)
    except Exception as error:
        raise CannotRegister(f"its manifest cannot be read: {type(error).__name__}: {error}") from error
    return _entry(table, [(entry.data_file, spec_id) for entry in entries], path)


def entry_of_snapshot(table: Table, snapshot_id: int, path: str) -> DataFile:
    """Return a file's entry in a snapshot that no longer leads to main. Raises CannotRegister, see above."""
    snapshot = table.snapshot_by_id(snapshot_id)
    if snapshot is None:
        raise CannotRegister(f"snapshot {snapshot_id} has expired")
    found = [
        (entry.data_file, manifest.partition_spec_id)
        for manifest in snapshot.manifests(table.io)
        if manifest.added_snapshot_id == snapshot_id
        for entry in manifest.fetch_manifest_entry(table.io)
    ]
    return _entry(table, found, path)


def _entry(table: Table, found: list[tuple[DataFile, int]], path: str) -> DataFile:
    from pyiceberg.manifest import DataFileContent as Content

    for data_file, spec_id in found:
        if canonical_path(data_file.file_path) != path:
            continue
        if spec_id != table.spec().spec_id:
            raise CannotRegister("the table is partitioned in another way since")
        if data_file.content != Content.DATA:
            raise CannotRegister("it lists rows to delete")
        return data_file
    raise CannotRegister("its manifest does not list it any more")


def entry_of_file(table: Table, content: DataFileContent, connection: duckdb.DuckDBPyConnection) -> DataFile:
    """Return an entry made from a Parquet file's footer, as `add_files` does.

    Raises CannotRegister where readers would not find its columns, or its partition cannot be told.
    """
    from pyiceberg.io.pyarrow import parquet_file_to_data_file

    renamed = [name for name, source in content.columns.items() if name != source]
    if renamed:
        raise CannotRegister(f"columns were renamed since it was written: {', '.join(renamed)}")
    (with_ids,) = connection.execute(
        "select count(*) from parquet_schema($path) where field_id is not null", {"path": duckdb_path(content.path)}
    ).fetchone()
    if not with_ids and table.metadata.name_mapping() is None:
        # Setting the mapping, as add_files does, would change how every reader reads the table.
        raise CannotRegister("its columns carry no field ids and the table has no name mapping")
    try:
        data_file = parquet_file_to_data_file(table.io, table.metadata, spelled_like(table.location(), content.path))
    except (ValueError, KeyError, TypeError) as error:
        raise CannotRegister(f"{type(error).__name__}: {str(error).splitlines()[0]}") from error
    if data_file.record_count != content.row_count:
        raise CannotRegister("it changed while it was read")
    return data_file
