"""SQL by which DuckDB reads an Iceberg table at one snapshot."""

from __future__ import annotations

from collections.abc import Mapping


def pinned_scan(columns: Mapping[str, str], metadata_location: str, snapshot_id: int | None) -> str:
    """Return a select of these columns (name: DuckDB type) at a snapshot, without rows where there is none yet."""
    if snapshot_id is None:
        typed = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
        return f"select {typed} where false"
    file = metadata_location.replace("'", "''")
    return f"select {', '.join(columns)} from iceberg_scan('{file}', snapshot_from_id => {snapshot_id})"
