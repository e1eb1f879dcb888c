"""Write one released table to the lake: only the files whose rows changed, in one Iceberg commit."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from store_matching.lake import Lake, LakeError
from store_matching.lake.schemas import iceberg_schema, relation_columns
from store_matching.releases.file_ranges import LOWEST_KEY, FileRange, KeyGroups, plan_ranges, range_of_file
from store_matching.releases.types import ReleasedModel, WrittenTable

if TYPE_CHECKING:
    from pyiceberg.manifest import DataFile
    from pyiceberg.table import Table

ROWS_TABLE = "temp.rows_to_publish"
# Column statistics serve to skip files: of the key alone, they keep manifests small.
METRICS = {"write.metadata.metrics.default": "none"}


def write_table(
    lake: Lake, connection: duckdb.DuckDBPyConnection, model: ReleasedModel, stamps: dict[str, str]
) -> WrittenTable:
    """Bring the lake's table to the rows of a model and return its snapshot; rewrite only files that differ.

    connection: of the dbt database, outside a transaction, with the extensions loaded
    stamps:     written into the snapshot's summary
    Raises LakeError when another publisher committed at the same time, or the files cannot be written; the table
    then stays as it was.
    """
    columns = relation_columns(connection, model.relation)
    table = _table_with_columns(lake, model, columns)
    files = _files(table)
    groups = _key_groups(connection, model, columns, table)
    ranges = plan_ranges(groups, [found.start for found, _ in files if found])
    kept_ranges = set(ranges) & {found for found, _ in files if found}
    to_write = [found for found in ranges if found not in kept_ranges]
    kept: set[FileRange] = set()
    to_remove = []
    for found, data_file in files:
        if found in kept_ranges and found not in kept:
            kept.add(found)
        else:
            to_remove.append(data_file)
    if not to_write and not to_remove and table.current_snapshot() is not None:
        return _written(model, table, groups, [])
    written: list[str] = []
    try:
        _write_files(lake, connection, table, model, columns, ranges, to_write, written)
        added = _data_files(table, to_write, written)
        _commit(table, added, to_remove, stamps)
    except BaseException as error:
        _remove_unreferenced(lake, model, written)
        explained = _explained(model, error)
        if explained is error:
            raise
        raise explained from error
    return _written(model, table, groups, added)


def _key(model: ReleasedModel) -> str:
    """SQL of the clustering key."""
    return f"coalesce({model.cluster_column}, {LOWEST_KEY})" if model.cluster_column else str(LOWEST_KEY)


def _key_groups(
    connection: duckdb.DuckDBPyConnection, model: ReleasedModel, columns: list[tuple[str, str]], table: Table
) -> KeyGroups:
    key = _key(model)
    names = ", ".join(_quoted(name) for name, _ in columns)
    # Hashed twice: DuckDB joins the columns' hashes by a last xor, whose sums miss some swaps of values between rows.
    found = connection.execute(
        f"""select cast({key} as bigint) as key, count(*) as row_count,
                cast(sum(hash(hash({names}))) % 18446744073709551616::hugeint as ubigint) as hash_sum
            from {model.relation} group by all order by key"""
    ).fetchnumpy()
    return KeyGroups(
        keys=np.asarray(found["key"], dtype=np.int64),
        rows=np.asarray(found["row_count"], dtype=np.int64),
        sums=np.asarray(found["hash_sum"], dtype=np.uint64),
        # DuckDB may change its hash function between versions: files then count as changed.
        schema=hashlib.md5(f"{duckdb.__version__}|{columns}".encode()).hexdigest(),
        # A column that was dropped and added again has another id: files with the old one would read as null.
        files=str([(field.name, field.field_id) for field in table.schema().fields]),
    )


def _table_with_columns(lake: Lake, model: ReleasedModel, columns: list[tuple[str, str]]) -> Table:
    """The table with exactly these columns; an older snapshot keeps the columns it was written with."""
    schema = iceberg_schema(columns)
    metrics = dict(METRICS)
    if model.cluster_column:
        metrics[f"write.metadata.metrics.column.{model.cluster_column}"] = "full"
    table = lake.make_table(model.table_name, schema, metrics)
    now = {field.name: field.field_type for field in table.schema().fields}
    wanted = {field.name: field.field_type for field in schema.fields}
    if now != wanted:
        with table.update_schema(allow_incompatible_changes=True) as update:
            for name, field_type in now.items():
                if wanted.get(name) != field_type:
                    update.delete_column(name)
        with table.update_schema(allow_incompatible_changes=True) as update:
            for name, field_type in wanted.items():
                if now.get(name) != field_type:
                    update.add_column(name, field_type)
    return table


def _files(table: Table) -> list[tuple[FileRange | None, DataFile]]:
    snapshot = table.current_snapshot()
    if snapshot is None:
        return []
    return [
        (range_of_file(entry.data_file.file_path), entry.data_file)
        for manifest in snapshot.manifests(table.io)
        for entry in manifest.fetch_manifest_entry(table.io)
    ]


def _write_files(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    model: ReleasedModel,
    columns: list[tuple[str, str]],
    ranges: list[FileRange],
    to_write: list[FileRange],
    written: list[str],
) -> None:
    """Write one Parquet file per range, adding each path to `written` before the file is begun."""
    if not to_write:
        return
    key = _key(model)
    ends = {found: following.start for found, following in pairwise(ranges)}
    conditions = {found: _condition(key, found, ends.get(found), found == ranges[0]) for found in to_write}
    field_ids = ", ".join(f"{_quoted(field.name)}: {field.field_id}" for field in table.schema().fields)
    names = ", ".join(_quoted(name) for name, _ in columns)
    order = f"order by {key}" if model.cluster_column else ""
    folder = f"{table.location()}/data"
    if not lake.settings.is_s3:
        _local(folder).mkdir(parents=True, exist_ok=True)
    # Sorted once: each file then reads its own stretch of rows.
    source = model.relation
    if len(to_write) > 1:
        wanted = "true" if len(to_write) == len(ranges) else " or ".join(f"({c})" for c in conditions.values())
        connection.execute(
            f"create or replace temp table {ROWS_TABLE.removeprefix('temp.')} as "
            f"select {names} from {model.relation} where {wanted} {order}"
        )
        source = ROWS_TABLE
    try:
        for found in to_write:
            path = f"{folder}/{found.file_name()}"
            written.append(path)
            connection.execute(
                f"""copy (select {names} from {source} where {conditions[found]} {order})
                    to '{_target(lake, path)}' (format parquet, compression zstd, field_ids {{{field_ids}}})"""
            )
    finally:
        connection.execute(f"drop table if exists {ROWS_TABLE}")


def _condition(key: str, found: FileRange, end: int | None, is_first: bool) -> str:
    parts = [] if is_first else [f"{key} >= {found.start}"]
    parts += [] if end is None else [f"{key} < {end}"]
    return " and ".join(parts) or "true"


def _data_files(table: Table, ranges: list[FileRange], paths: list[str]) -> list[DataFile]:
    from pyiceberg.io.pyarrow import parquet_files_to_data_files

    data_files = list(parquet_files_to_data_files(table.io, table.metadata, iter(paths)))
    for found, data_file in zip(ranges, data_files, strict=True):
        if found.rows != data_file.record_count:
            raise LakeError(f"{data_file.file_path}: {found.rows} rows expected, {data_file.record_count} written")
    return data_files


def _commit(table: Table, added: list[DataFile], removed: list[DataFile], stamps: dict[str, str]) -> None:
    with table.transaction() as transaction:
        update = transaction.update_snapshot(snapshot_properties=stamps)
        with update.overwrite() if removed else update.fast_append() as commit:
            for data_file in removed:
                commit.delete_data_file(data_file)
            for data_file in added:
                commit.append_data_file(data_file)


def _remove_unreferenced(lake: Lake, model: ReleasedModel, paths: list[str]) -> None:
    """Remove the files of a failed attempt; where it cannot be told whether they were committed they stay."""
    with suppress(Exception):
        table = lake.catalog.load_table(model.table_name)
        referenced = {data_file.file_path for _, data_file in _files(table)}
        for path in paths:
            if path not in referenced:
                with suppress(OSError):
                    table.io.delete(path)


def _explained(model: ReleasedModel, error: BaseException) -> BaseException:
    from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException, ValidationException

    if isinstance(error, (CommitFailedException, ValidationException)):
        return LakeError(
            f"{model.table_name}: another process committed to it meanwhile ({error})\n"
            "  what to do: one publisher at a time; run dbt build again"
        )
    if isinstance(error, CommitStateUnknownException):
        return LakeError(
            f"{model.table_name}: whether the commit took place is unknown ({error}); MART was not moved\n"
            "  what to do: run dbt build again, it starts from what the table really holds"
        )
    if isinstance(error, (OSError, duckdb.IOException)) or "database or disk is full" in str(error):
        return LakeError(
            f"{model.table_name}: its files cannot be written: {str(error).splitlines()[0]}\n"
            "  what to do: free space or mend the rights of the lake's folder, then run dbt build again; "
            "MART was not moved"
        )
    return error


def _written(model: ReleasedModel, table: Table, groups: KeyGroups, added: list[DataFile]) -> WrittenTable:
    return WrittenTable(
        table_name=model.table_name,
        snapshot_id=str(table.current_snapshot().snapshot_id),
        metadata_location=table.metadata_location,
        row_count=int(groups.rows.sum()),
        content_digest=groups.digest,
        files_written=len(added),
        bytes_written=sum(data_file.file_size_in_bytes for data_file in added),
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _local(uri: str) -> Path:
    return Path(uri.removeprefix("file://"))


def _target(lake: Lake, path: str) -> str:
    return (path if lake.settings.is_s3 else path.removeprefix("file://")).replace("'", "''")
