"""What a scheduler announces of the active release, and whether a full refresh stands behind it."""

from __future__ import annotations

from typing import Any

from store_matching.ops import registry
from store_matching.ops.store import OpsStore

BUILDS = "command in ('build', 'retry')"


def release_event(ops: OpsStore) -> dict[str, Any]:
    """Return the facts of the active release, as plain values.

    release_id:            its number; None, as are the other facts, where nothing is released
    snapshot_ids:          Iceberg snapshot, a text, by table name
    git_sha, logic_version, golden_stores, run_id, activated_at (UTC)
    published_by_last_run: whether the last build, by the time of its start, made it
    is_fully_refreshed:    whether a full build made it, or came after it and found that no row differs
    """
    release_id = registry.active_release(ops)["release_id"]
    if release_id is None:
        return {"release_id": None, "snapshot_ids": {}, "published_by_last_run": False, "is_fully_refreshed": False}
    release = registry.release(ops, release_id)
    tables = registry.release_tables(ops, release_id)
    last = ops.row(f"select run_id from runs where {BUILDS} order by started_at desc limit 1")
    full = ops.row(
        """select 1 from transformation_logs where release_id = ? and run_reason <> 'the stores of the scope'""",
        (release_id,),
    )
    facts = ("git_sha", "logic_version", "golden_stores", "run_id", "activated_at")
    return {
        "release_id": release_id,
        "snapshot_ids": {name: table.snapshot_id for name, table in tables.items()},
        **{name: release[name] for name in facts},
        "published_by_last_run": last is not None and last["run_id"] == release["run_id"],
        "is_fully_refreshed": full is not None,
    }
