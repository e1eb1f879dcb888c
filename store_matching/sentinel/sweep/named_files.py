"""Which files tables and releases name, and what decides it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from store_matching.errors import LakeError
from store_matching.lake import Lake
from store_matching.sentinel.canonical_paths import canonical_path
from store_matching.sentinel.history import document_snapshots, read_document
from store_matching.sentinel.list_files import Storage, storage_of
from store_matching.sentinel.logical_files import metadata_files
from store_matching.sentinel.metadata_ledger import MetadataLedger, snapshots_of
from store_matching.sentinel.scan import (
    scratch_ledger,
)

if TYPE_CHECKING:
    import duckdb
    from pyiceberg.table import Table


def other_pointers(lake: Lake, neighbours: Iterable[Table]) -> frozenset[tuple[str, str]]:
    tables = {(".".join(found.name()), found.metadata_location) for found in neighbours}
    return frozenset(tables | {(row["metadata_location"], row["snapshot_id"]) for row in _pinned(lake)})


def _pinned(lake: Lake) -> list[dict]:
    """Metadata files and snapshots that a release pins that is kept."""
    return lake.ops.rows(
        """select metadata_location, snapshot_id from release_tables inner join releases using (release_id)
           where metadata_location is not null and release_status <> 'expired'"""
    )


def named_by_anyone(
    connection: duckdb.DuckDBPyConnection, lake: Lake, table: Table, neighbours: Iterable[Table]
) -> set[str]:
    """Every file that the table, any table of its catalog, or a release that is kept names now."""
    named = set()
    for found in (table, *neighbours):
        with _scratch(connection) as ledger:
            missing = ledger.learn(snapshots_of(found.metadata), metadata_files(found))
            if missing:
                raise LakeError(
                    f"{'.'.join(found.name())}: {len(missing)} metadata files cannot be read, such as "
                    f"{sorted(missing)[0]}; nothing was moved\n  what to do: put them back, then sweep again"
                )
            named |= _paths(ledger)
    with _scratch(connection) as ledger:
        locations = _learn_releases(lake, ledger, storage_of(table.location(), table.io))
        return named | _paths(ledger) | locations


def _learn_releases(lake: Lake, ledger: MetadataLedger, storage: Storage) -> set[str]:
    """Teach a ledger the snapshots that releases pin; return the metadata files that MART views read."""
    wanted: dict[str, set[int]] = {}
    for row in _pinned(lake):
        wanted.setdefault(canonical_path(row["metadata_location"]), set()).add(int(row["snapshot_id"]))
    snapshots = []
    for location, numbers in wanted.items():
        try:
            document = read_document(storage, location)
        except (OSError, ValueError) as error:
            raise LakeError(f"metadata of a release cannot be read, nothing was moved: {location}: {error}") from error
        snapshots += [found for found in document_snapshots(document) if found.snapshot_id in numbers]
    if missing := ledger.learn(snapshots):
        raise LakeError(f"metadata of a release cannot be read, nothing was moved: {sorted(missing)[0]}")
    return set(wanted)


def _paths(ledger: MetadataLedger) -> set[str]:
    return {
        row[0]
        for row in ledger.rows(
            """select path from files where status <> 2 union select manifest_path from lists
               union select list_path from lists union select path from extras"""
        )
    }


@contextmanager
def _scratch(connection: duckdb.DuckDBPyConnection) -> Iterator[MetadataLedger]:
    folder, ledger = scratch_ledger(connection)
    with folder:
        yield ledger
