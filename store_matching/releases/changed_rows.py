"""The rows of a table that differ between two releases, read from the files that differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from store_matching.lake import Lake, LakeError
from store_matching.releases.types import WrittenTable

if TYPE_CHECKING:
    from pyiceberg.table import Table


@dataclass(frozen=True)
class ChangedFiles:
    """Data files that only one of two snapshots has; rows of all other files are equal."""

    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


def changed_files(lake: Lake, before: WrittenTable | None, after: WrittenTable) -> ChangedFiles:
    """Return the files in which two snapshots of one table differ; `before` None stands for an empty table.

    Raises LakeError when the table or a snapshot of it is gone.
    """
    table = lake.table(after.table_name)
    if table is None:
        raise LakeError(f"Iceberg table {after.table_name} is gone from the catalog; put back a copy of catalog.db")
    files_before = snapshot_files(table, before.snapshot_id) if before else set()
    files_after = snapshot_files(table, after.snapshot_id)
    return ChangedFiles(tuple(sorted(files_before - files_after)), tuple(sorted(files_after - files_before)))


def snapshot_files(table: Table, snapshot_id: str) -> set[str]:
    """Return the data files of one snapshot. Raises LakeError when the table does not know it any more."""
    snapshot = table.snapshot_by_id(int(snapshot_id))
    if snapshot is None:
        raise LakeError(f"{'.'.join(table.name())}: snapshot {snapshot_id} has expired")
    return {
        entry.data_file.file_path
        for manifest in snapshot.manifests(table.io)
        for entry in manifest.fetch_manifest_entry(table.io)
    }


def make_changed_row_views(
    connection: duckdb.DuckDBPyConnection, files: ChangedFiles, columns: list[tuple[str, str]], name: str
) -> None:
    """Make the temporary views `<name>_before` and `<name>_after`: the rows of the files that differ.

    columns: (name, DuckDB type) of the views; a column that the files lack is null, and so is a value of a time when
             the column had another type, where it cannot be read as this one
    """
    for side, paths in (("before", files.only_before), ("after", files.only_after)):
        selected = ", ".join(f'try_cast("{column}" as {type_name}) as "{column}"' for column, type_name in columns)
        typed = ", ".join(f'cast(null as {type_name}) as "{column}"' for column, type_name in columns)
        empty = f"select {typed} where false"
        if paths:
            listed = ", ".join("'" + path.removeprefix("file://").replace("'", "''") + "'" for path in paths)
            there = {row[0] for row in connection.execute(f"describe select * from {_files_sql(listed)}").fetchall()}
            lacking = [f'null as "{column}"' for column, _ in columns if column not in there]
            sql = f"select {selected} from (select {', '.join(['*', *lacking])} from {_files_sql(listed)})"
        else:
            sql = empty
        connection.execute(f"create or replace temp view {name}_{side} as {sql}")


def _files_sql(listed: str) -> str:
    return f"read_parquet([{listed}], union_by_name = true)"
