"""What a run reads: the landing tables at one snapshot each, and the inputs and crosswalk of the active release."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb

from store_matching.lake import Lake, LakeError
from store_matching.landing.raw_views import raw_snapshots, raw_view_statements
from store_matching.ops import registry

RAW = "RAW"
RELEASED = "RELEASED"
CROSSWALK = "gold.store_crosswalk"
CROSSWALK_COLUMNS = ("source_system", "source_store_id", "store_key", "gold_store_id", "store_role")


@dataclass(frozen=True)
class RunInputs:
    """Iceberg snapshots that a run reads, as text; None for a landing table without a batch."""

    gi_snapshot_id: str | None
    th_snapshot_id: str | None


def render_inputs(
    lake: Lake, connection: duckdb.DuckDBPyConnection, base_release_id: int | None, kept: RunInputs | None = None
) -> RunInputs:
    """Make the views of RAW and RELEASED, each pinned to a snapshot for the whole run.

    kept: snapshots of an earlier run that this one completes; by default the newest
    Raises LakeError where RAW holds tables with rows, as from a database that was loaded without a lake.
    """
    _refuse_loaded_tables(connection)
    now = raw_snapshots(lake)
    if kept is not None:
        now["gi_stores"] = replace(now["gi_stores"], snapshot_id=_snapshot(kept.gi_snapshot_id))
        now["th_stores"] = replace(now["th_stores"], snapshot_id=_snapshot(kept.th_snapshot_id))
    base = None if base_release_id is None else registry.release(lake.ops, base_release_id)
    stores = {name: snapshot for name, snapshot in now.items() if name in ("gi_stores", "th_stores")}
    released = {
        name: replace(snapshot, snapshot_id=_snapshot(base and base[f"{name[:2]}_snapshot_id"]))
        for name, snapshot in stores.items()
    }
    statements = [
        f"create schema if not exists {RAW}",
        *raw_view_statements(lake, now, RAW, connection),
        f"create schema if not exists {RELEASED}",
        *raw_view_statements(lake, released, RELEASED, connection),
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
    return RunInputs(*(_text(now[name].snapshot_id) for name in ("gi_stores", "th_stores")))


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
