"""What a run reads: the landing tables at one snapshot each, and the inputs and crosswalk of the active release."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb
from pyiceberg.table.snapshots import ancestors_of

from store_matching.lake import Lake, LakeError
from store_matching.landing.lake_tables import landing_table
from store_matching.landing.raw_views import raw_snapshots, raw_view_statements
from store_matching.ops import registry

RAW = "RAW"
RELEASED = "RELEASED"
PREVIOUS = "PREVIOUS"
STATES = "SCOPE.states"
CROSSWALK = "gold.store_crosswalk"
CROSSWALK_COLUMNS = ("source_system", "source_store_id", "store_key", "gold_store_id", "store_role")


@dataclass(frozen=True)
class RunInputs:
    """What a run reads.

    gi_snapshot_id, th_snapshot_id: Iceberg snapshots of the landing tables as text; None for one without a batch
    landing_rows:                   rows of both landing tables
    why_all:                        reasons for which the run cannot go on from what was built before
    """

    gi_snapshot_id: str | None
    th_snapshot_id: str | None
    landing_rows: int = 0
    why_all: tuple[str, ...] = ()


def render_inputs(
    lake: Lake, connection: duckdb.DuckDBPyConnection, base_release_id: int | None, kept: RunInputs | None = None
) -> RunInputs:
    """Make the views of RAW, of PREVIOUS and of RELEASED, each pinned to a snapshot for the whole run.

    kept: snapshots of an earlier run that this one completes; by default the newest
    Raises LakeError where RAW holds tables with rows, as from a database that was loaded without a lake.
    """
    _refuse_loaded_tables(connection)
    now = raw_snapshots(lake)
    if kept is not None:
        now["gi_stores"] = replace(now["gi_stores"], snapshot_id=_snapshot(kept.gi_snapshot_id))
        now["th_stores"] = replace(now["th_stores"], snapshot_id=_snapshot(kept.th_snapshot_id))
    stores = {name: now[name] for name in ("gi_stores", "th_stores")}
    built = _built_from(connection)
    lost = [
        f"the tables here were built from a snapshot of {name} that has expired or was rolled back"
        for name, snapshot_id in built.items()
        if snapshot_id is not None and snapshot_id not in _ancestors(lake, name, stores[name].snapshot_id)
    ]
    previous = {
        name: replace(snapshot, snapshot_id=None if lost else built.get(name)) for name, snapshot in stores.items()
    }
    statements = [
        f"create schema if not exists {RAW}",
        *raw_view_statements(lake, now, RAW, connection),
        *raw_view_statements(lake, previous, PREVIOUS, connection),
        f"create schema if not exists {RELEASED}",
        f"drop table if exists {RELEASED}.store_crosswalk"
        if _is_table(connection, RELEASED, "store_crosswalk")
        else "",
        f"create or replace view {RELEASED}.store_crosswalk as {_crosswalk(lake, base_release_id)}",
    ]
    if _is_table(connection, RELEASED, "store_crosswalk"):
        # Left by a run without a lake, and empty.
        connection.execute(f"drop table {RELEASED}.store_crosswalk")
    for statement in statements:
        connection.execute(statement)
    return RunInputs(
        *(_text(snapshot.snapshot_id) for snapshot in stores.values()),
        landing_rows=sum(_rows(lake, name, snapshot.snapshot_id) for name, snapshot in stores.items()),
        why_all=tuple(lost),
    )


def _built_from(connection: duckdb.DuckDBPyConnection) -> dict[str, int | None]:
    """Snapshots that the tables of this database were built from; empty where nothing was built yet."""
    if not _is_table(connection, "SCOPE", "states"):
        return {}
    row = connection.execute(
        f"select gi_snapshot_id, th_snapshot_id from {STATES} where state_name = 'built'"
    ).fetchone()
    return {} if row is None else {"gi_stores": _snapshot(row[0]), "th_stores": _snapshot(row[1])}


def _ancestors(lake: Lake, name: str, snapshot_id: int | None) -> set[int]:
    """A landing table's snapshot and those that led to it: what one of them holds the table still holds."""
    metadata = landing_table(lake, name).metadata
    return {found.snapshot_id for found in ancestors_of(metadata.snapshot_by_id(snapshot_id or 0), metadata)}


def running_run(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return the run of this database that has not ended well, None where there is none."""
    if not _is_table(connection, "SCOPE", "states"):
        return None
    row = connection.execute(f"select run_id from {STATES} where state_name = 'running'").fetchone()
    return None if row is None else row[0]


def _rows(lake: Lake, name: str, snapshot_id: int | None) -> int:
    """Rows of a landing table, as its snapshot tells."""
    snapshot = None if snapshot_id is None else landing_table(lake, name).snapshot_by_id(snapshot_id)
    return 0 if snapshot is None or snapshot.summary is None else int(snapshot.summary["total-records"] or 0)


def _crosswalk(lake: Lake, release_id: int | None) -> str:
    if release_id is None:
        columns = ", ".join(f"cast(null as varchar) as {name}" for name in CROSSWALK_COLUMNS)
        return f"select {columns} where false"
    scan = registry.release_tables(lake.ops, release_id)[CROSSWALK].scan
    return f"select {', '.join(CROSSWALK_COLUMNS)} from {scan}"


def _refuse_loaded_tables(connection: duckdb.DuckDBPyConnection) -> None:
    for name in ("gi_stores", "th_stores"):
        if _is_table(connection, RAW, name):
            (rows,) = connection.execute(f"select count(*) from {RAW}.{name}").fetchone()
            if rows:
                raise LakeError(
                    f"{RAW}.{name} is a table of the database with {rows:,} rows, not a view of the lake: it was "
                    "loaded without a lake\n"
                    "  what to do: load the extracts into the lake with scripts/load_batch.py and move the database "
                    "away, or work without a lake (STORE_MATCHING_LAKE=none)"
                )


def _is_table(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> bool:
    (found,) = connection.execute(
        "select count(*) from duckdb_tables() where lower(schema_name) = lower(?) and table_name = ?", [schema, name]
    ).fetchone()
    return bool(found)


def _snapshot(text: str | None) -> int | None:
    return None if text is None else int(text)


def _text(snapshot_id: int | None) -> str | None:
    return None if snapshot_id is None else str(snapshot_id)
