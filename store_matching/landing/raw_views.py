"""RAW as views of a DuckDB database over the lake's landing tables, each pinned to one snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from store_matching.lake import Lake, LakeError, load_extensions
from store_matching.landing.iceberg_sql import pinned_scan
from store_matching.landing.lake_tables import (
    LANDING_TABLES,
    LOAD_ID,
    NAMESPACE,
    SIDE_TABLES,
    STORES_TABLES,
    landing_columns,
    landing_table,
)
from store_matching.landing.landed_batches import LandedBatch, landed_batches

if TYPE_CHECKING:
    from pyiceberg.table import Table

BATCHES = "batches"


@dataclass(frozen=True)
class RawSnapshot:
    """The snapshot to which one landing table is pinned.

    table:             name such as 'gi_stores'
    snapshot_id:       None while nothing has landed
    metadata_location: URI of the table's current metadata file, which also knows its older snapshots
    """

    table: str
    snapshot_id: int | None
    metadata_location: str


def raw_snapshots(lake: Lake) -> dict[str, RawSnapshot]:
    """Return the current snapshot of each landing table; missing tables are made.

    The stores come first: refused rows are committed before the stores of their batch, so that what is read later
    holds those of every batch.
    """
    found = {}
    for name in LANDING_TABLES:
        table = landing_table(lake, name)
        found[name] = RawSnapshot(name, table.metadata.current_snapshot_id, table.metadata_location)
    return found


def raw_view_statements(
    lake: Lake,
    snapshots: Mapping[str, RawSnapshot | int | None],
    schema: str = "RAW",
    connection: duckdb.DuckDBPyConnection | None = None,
) -> list[str]:
    """Return the DuckDB statements that make the views of RAW, in the schema, at these snapshots.

    snapshots:  of the landing tables to make views of; a bare snapshot id, of a release for instance, is looked up
                in the table's current metadata
    connection: looked at for objects of these names, which a view could not replace; without it there are none
    Views and columns are those of macros/operations/create_landing_tables.sql. With `rejected_rows` or
    `ignored_values` comes the table `batches`, one row per committed batch of the stores: both show the rows of
    these batches only.
    The views need the extensions of `load_extensions` in each session.
    Raises LakeError when a snapshot is gone.
    """
    tables = {name: landing_table(lake, name) for name in LANDING_TABLES if name in snapshots}
    pins = {name: _pin(name, snapshots[name], table) for name, table in tables.items()}
    statements = [f"create schema if not exists {schema}", *_drops(connection, schema)]
    if any(name in pins for name in SIDE_TABLES):
        stores = [name for name in STORES_TABLES.values() if name in pins]
        statements += _batch_statements(schema, [b for name in stores for b in _batches(tables[name], pins[name])])
    for name, pin in pins.items():
        select = pinned_scan(landing_columns()[name], pin.metadata_location, pin.snapshot_id)
        if name in SIDE_TABLES and pin.snapshot_id is not None:
            # Rows of an attempt that failed later were committed, but belong to no batch.
            select += f" where {LOAD_ID} in (select {LOAD_ID} from {schema}.{BATCHES})"
        statements.append(f"create or replace view {schema}.{name} as {select}")
    return statements


def create_raw_views(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    snapshots: Mapping[str, RawSnapshot | int | None] | None = None,
    schema: str = "RAW",
) -> None:
    """Make the views of RAW in the connection's database, by default at the current snapshots.

    Loads the extensions that they need; later sessions call `load_extensions` themselves.
    """
    load_extensions(connection, s3=lake.settings.is_s3)
    for statement in raw_view_statements(lake, snapshots or raw_snapshots(lake), schema, connection):
        connection.execute(statement)


def _pin(name: str, chosen: RawSnapshot | int | None, table: Table) -> RawSnapshot:
    snapshot_id = chosen.snapshot_id if isinstance(chosen, RawSnapshot) else chosen
    if snapshot_id is not None and table.metadata.snapshot_by_id(snapshot_id) is None:
        raise LakeError(
            f"{NAMESPACE}.{name} has no snapshot {snapshot_id}\n"
            "  what to do: choose a newer one; snapshots of landing tables are not expired by this project"
        )
    # The current metadata: an older file may have been removed, and it knows every snapshot that is kept.
    return RawSnapshot(name, snapshot_id, table.metadata_location)


def _batches(table: Table, pin: RawSnapshot) -> list[LandedBatch]:
    return [] if pin.snapshot_id is None else landed_batches(table, pin.snapshot_id)


def _drops(connection: duckdb.DuckDBPyConnection | None, schema: str) -> list[str]:
    """Statements that drop what stands under a name as the other kind: DuckDB replaces a kind by the same only."""
    if connection is None:
        return []
    found = connection.execute(
        """select table_name, table_type from information_schema.tables
           where table_catalog = current_database() and lower(table_schema) = lower(?)""",
        [schema],
    ).fetchall()
    drops = []
    for name, kind in found:
        if kind == "VIEW" and name.lower() == BATCHES:
            drops.append(f"drop view {schema}.{name}")
        elif kind != "VIEW" and name.lower() in LANDING_TABLES:
            drops.append(f"drop table {schema}.{name}")
    return drops


def _batch_statements(schema: str, batches: list[LandedBatch]) -> list[str]:
    columns = ", ".join(f"{name} {kind}" for name, kind in landing_columns()[BATCHES].items())
    statements = [f"create or replace table {schema}.{BATCHES} ({columns})"]
    if batches:
        statements.append(f"insert into {schema}.{BATCHES} values {', '.join(map(_values, batches))}")
    return statements


def _values(batch: LandedBatch) -> str:
    values = {
        "source_system": batch.source_system,
        "batch_id": batch.batch_id,
        "batch_window_start": batch.window_start,
        "source_file": batch.source_file,
        "row_count": batch.row_count,
        "rejected_count": batch.rejected_count,
        "attempt": batch.attempt,
        "load_id": batch.load_id,
        "committed_at": batch.committed_at,
        "snapshot_id": str(batch.snapshot_id),
        "kind": batch.kind,
        "content_digest": batch.content_digest,
    }
    return f"({', '.join(_literal(values[name]) for name in landing_columns()[BATCHES])})"


def _literal(value: object) -> str:
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
