"""What macros ask of the lake for auto-healing. Arguments and results are plain JSON values."""

from __future__ import annotations

from typing import Any

from store_matching.dbt_lake.context import RunContext
from store_matching.dbt_lake.ops_copy import copy_ops_tables
from store_matching.errors import LakeError
from store_matching.healing import triggers
from store_matching.healing.full_refresh import clear_full_refresh, request_full_refresh
from store_matching.ops import registry

UNMATCHED = "diagnostics.unmatched_stores"
FAILURE_COLUMNS = (
    "store_key",
    "free_candidate_key",
    "free_candidate_score",
    "potential_score",
    "failure_cause",
    "logic_version",
    "input_hash",
)


def enqueue_triggers(context: RunContext, run_id: str, potential_score: float) -> dict[str, Any]:
    """Make triggers of the active release's unmatched stores whose potential is above a score."""
    ops = context.lake.ops
    release_id = registry.active_release(ops)["release_id"]
    if release_id is None:
        raise LakeError("nothing is released yet: triggers are made of a release's unmatched stores; run dbt build")
    scan = registry.release_tables(ops, release_id)[UNMATCHED].scan
    columns = {row[0] for row in context.connection.execute(f"describe select * from {scan}").fetchall()}
    if not columns.issuperset(FAILURE_COLUMNS):
        raise LakeError(
            f"release {release_id} was made before triggers: its unmatched_stores lacks "
            f"{', '.join(sorted(set(FAILURE_COLUMNS) - columns))}\n"
            "  what to do: run dbt build, which makes a new release"
        )
    rows = context.connection.execute(
        f"select {', '.join(FAILURE_COLUMNS)} from {scan} where potential_score > ? order by store_key",
        [potential_score],
    ).fetchall()
    failures = [dict(zip(FAILURE_COLUMNS, row, strict=True)) for row in rows]
    made = triggers.enqueue(ops, failures, release_id, run_id)
    copy_ops_tables(ops, context.connection)
    return {"release_id": release_id, "found": len(failures), "enqueued": made}


def claim_triggers(context: RunContext, run_id: str) -> dict[str, Any]:
    """Claim what SCOPE.due_triggers lists (trigger_id, error) for a run; those with an error are dead."""
    ops = context.lake.ops
    rows = context.connection.execute("select trigger_id, error from SCOPE.due_triggers").fetchall()
    errors = {trigger_id: error for trigger_id, error in rows if error is not None}
    triggers.bury(ops, errors)
    claimed = triggers.claim(ops, [trigger_id for trigger_id, error in rows if error is None], run_id)
    copy_ops_tables(ops, context.connection)
    return {"claimed": claimed, "dead": sorted(errors.values()), "warnings": triggers.check_table(ops)}


def settle_triggers(
    context: RunContext,
    run_id: str,
    release_id: int | None,
    failures: dict[str, str],
    most_attempts: int,
    full_refresh: str | None,
) -> dict[str, Any]:
    """End what a run claimed: consumed by the release that holds its result, or given back where there is none."""
    ops = context.lake.ops
    if release_id is not None:
        consumed = triggers.consume(ops, run_id, release_id)
        clear_full_refresh(ops, full_refresh)
        result = {"consumed": consumed}
    else:
        result = {"dead": triggers.give_back(ops, run_id, failures, most_attempts)}
    copy_ops_tables(ops, context.connection)
    return result


def request_refresh(context: RunContext, reason: str) -> dict[str, Any]:
    """Ask for a full refresh."""
    return {"request": request_full_refresh(context.lake.ops, reason)}


HEALING_ACTIONS = {
    action.__name__: action for action in (enqueue_triggers, claim_triggers, settle_triggers, request_refresh)
}
