"""The logical set: every file that a table's metadata names, by the ledger and the catalog's pointer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from store_matching.sentinel.canonical_paths import canonical_path, canonical_paths
from store_matching.sentinel.metadata_ledger import MetadataLedger, Snapshot, snapshots_of

if TYPE_CHECKING:
    from pyiceberg.table import Table
    from pyiceberg.table.metadata import TableMetadata


@dataclass(frozen=True)
class Lineage:
    """Which snapshots a reader can reach.

    main:     ids of the snapshots that led to the current one
    branches: id of a snapshot that only another branch leads to, with the branch
    detached: snapshots that no branch leads to; a tag alone is a name, no reader's table
    """

    main: frozenset[int]
    branches: dict[int, str]
    detached: tuple[Snapshot, ...]


def lineage_of(metadata: TableMetadata) -> Lineage:
    """Return which snapshots of a table belong to main, to other branches and to none."""
    snapshots = {found.snapshot_id: found for found in snapshots_of(metadata)}
    main = frozenset(_ancestors(snapshots, metadata.current_snapshot_id))
    branches: dict[int, str] = {}
    for name, reference in metadata.refs.items():
        if reference.snapshot_ref_type == "branch" and name != "main":
            for number in _ancestors(snapshots, reference.snapshot_id):
                if number not in main:
                    branches.setdefault(number, name)
    detached = tuple(s for number, s in snapshots.items() if number not in main and number not in branches)
    return Lineage(main, branches, detached)


def _ancestors(snapshots: dict[int, Snapshot], start: int | None) -> Iterable[int]:
    while start is not None and start in snapshots:
        yield start
        start = snapshots[start].parent_id


def metadata_files(table: Table) -> list[str]:
    """Return the metadata and statistics files that the current metadata names, as it writes them."""
    metadata = table.metadata
    return [
        table.metadata_location,
        *(entry.metadata_file for entry in metadata.metadata_log),
        *(found.statistics_path for found in metadata.statistics),
        *(found.statistics_path for found in metadata.partition_statistics),
    ]


def make_logical_files(connection: duckdb.DuckDBPyConnection, ledger: MetadataLedger, table: Table) -> set[str]:
    """Bring the ledger up to date, make temporary tables of what metadata names, return metadata that is unreadable.

    live_files: path, kind ('data', 'manifest', 'manifest list', 'metadata', 'statistics'); of every snapshot kept
    ever_files: path, of everything that was ever committed, as far as the ledger goes back
    """
    extras = metadata_files(table)
    snapshots = snapshots_of(table.metadata)
    missing = ledger.learn(snapshots, extras)
    lists = canonical_paths(found.list_path for found in snapshots)
    kinds = ["metadata" if ".metadata.json" in path else "statistics" for path in extras]
    # Arrow, for parameters of hundreds of values cost DuckDB more than the query.
    connection.register("named_lists", pa.table({"list_path": pa.array(lists, pa.string())}))
    connection.register(
        "named_extras",
        pa.table({"path": pa.array(canonical_paths(extras), pa.string()), "kind": pa.array(kinds, pa.string())}),
    )
    connection.execute(
        f"""create or replace temp table live_files as
            with {ledger.tables_sql()},
            live_lists as (select list_path from named_lists),
            live_manifests as (select distinct manifest_path from lists semi join live_lists using (list_path))
            select distinct path, 'data' as kind from files semi join live_manifests using (manifest_path)
            where status <> 2
            union all select manifest_path, 'manifest' from live_manifests
            union all select distinct list_path, 'manifest list' from live_lists
            union all select distinct path, kind from named_extras"""
    )
    make_ever_files(connection, ledger)
    return missing


def make_ever_files(connection: duckdb.DuckDBPyConnection, ledger: MetadataLedger) -> None:
    """Make the temporary view `ever_files` of what the ledger holds now."""
    connection.execute(
        f"""create or replace temp view ever_files as
            with {ledger.tables_sql()}
            select path from files
            union all select manifest_path from lists
            union all select list_path from lists
            union all select list_path from snapshots where list_path is not null
            union all select path from extras"""
    )


def is_pointer(path: str) -> bool:
    """Whether a file is no part of a table but what Hadoop keeps beside its files: version hint, checksums."""
    name = canonical_path(path).rsplit("/", 1)[-1]
    return name == "version-hint.text" or (name.startswith(".") and name.endswith(".crc"))
