"""What macros can ask of the lake. Arguments and results are plain JSON values."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from store_matching.dbt_lake.context import RunContext
from store_matching.dbt_lake.healing_actions import HEALING_ACTIONS
from store_matching.dbt_lake.ops_copy import copy_ops_tables
from store_matching.dbt_lake.run_inputs import RunInputs, render_inputs, running_run
from store_matching.dbt_lake.run_log import (
    compiled_sql_of_retried_run,
    finish_run,
    inputs_of_last_run,
    note_release,
    outcomes_of_retried_run,
    replace_outcome,
    start_run,
)
from store_matching.dbt_lake.source_version import git_sha
from store_matching.healing.full_refresh import clear_obeyed_full_refresh, requested_full_refresh
from store_matching.healing.triggers import settle_dead_claims
from store_matching.lake import LakeError
from store_matching.ops import registry
from store_matching.releases.compare import diff_releases
from store_matching.releases.expire import Retention, expire_releases
from store_matching.releases.ledger import bring_ledger_up_to_date
from store_matching.releases.mart_views import MART, render_active
from store_matching.releases.publish import publish
from store_matching.releases.publisher_lock import publisher_lock
from store_matching.releases.rollback import rollback
from store_matching.releases.types import CandidateTest, MartView, ReleasedModel


def prepare_run(context: RunContext, run_id: str, command: str) -> dict[str, Any]:
    """Bring DuckDB to what the lake says: MART, the inputs of this run, the copies of OPS.

    A retry keeps the inputs of the run that it completes.
    """
    _clear_up_after_dead_publisher(context)
    base = render_active(context.connection, context.lake.ops)
    kept = inputs_of_last_run(context.lake.ops, _database(context)) if command == "retry" else None
    inputs = render_inputs(context.lake, context.connection, base, kept)
    start_run(context.lake.ops, run_id, command, _database(context), base, inputs)
    retried = running_run(context.connection) if command == "retry" else None
    settle_dead_claims(context.lake.ops, run_id, _database(context), retried)
    clear_obeyed_full_refresh(context.lake.ops)
    copy_ops_tables(context.lake.ops, context.connection)
    return {
        "base_release_id": base,
        "full_refresh_requested": requested_full_refresh(context.lake.ops),
        **asdict(inputs),
    }


def _clear_up_after_dead_publisher(context: RunContext) -> None:
    try:
        with publisher_lock(context.lake, wait_seconds=0):
            registry.abandon_candidates(context.lake.ops, "its publisher died")
            bring_ledger_up_to_date(context.lake, context.connection)
    except LakeError as error:
        if "another process" not in str(error):
            raise


def record_run(
    context: RunContext, run_id: str, command: str, nodes: list[dict], logic_version: str, scope: dict[str, Any]
) -> dict:
    """Write what became of each node to OPS.transformation_logs; a failure to write is told, and stops nothing.

    scope: scope_stores and run_reason, what the run covered and why
    """
    try:
        finish_run(context.lake.ops, run_id, command, nodes, git_sha(), logic_version, scope)
    except LakeError as error:
        return {"warning": str(error)}
    return {}


def earlier_outcomes(context: RunContext, run_id: str) -> dict[str, str]:
    """Status by node of the run that this one retries; empty where another run lies between."""
    return outcomes_of_retried_run(context.lake.ops, run_id)


def publish_run(
    context: RunContext,
    run_id: str,
    models: list[dict],
    views: list[dict],
    tests: list[dict],
    tests_passed: int,
    tests_warned: int,
    logic_version: str,
) -> dict[str, Any]:
    """Publish the run; see `store_matching.releases.publish`."""
    earlier = compiled_sql_of_retried_run(context.lake.ops, run_id)
    for part in (*views, *tests):
        node_id = part.pop("node_id")
        part["sql"] = part["sql"] or earlier.get(node_id)
    run = context.lake.ops.row("select * from runs where run_id = ?", (run_id,))
    if run is None:
        raise LakeError(f"run {run_id} has not been prepared: the on-run-start hook prepare_run() is missing")
    # Already recorded as a success: not so if publishing fails, or the process is killed.
    replace_outcome(context.lake.ops, run_id, "success", "publishing failed")
    publication = publish(
        context.lake,
        context.connection,
        [ReleasedModel(**model) for model in models],
        [MartView(**view) for view in views],
        [CandidateTest(**test) for test in tests],
        run_id=run_id,
        base_release_id=run["base_release_id"],
        facts={
            "gi_snapshot_id": run["gi_snapshot_id"],
            "th_snapshot_id": run["th_snapshot_id"],
            "git_sha": git_sha(),
            "logic_version": logic_version,
            "tests_passed": tests_passed,
            "tests_warned": tests_warned,
        },
    )
    with suppress(LakeError):
        replace_outcome(context.lake.ops, run_id, "publishing failed", "success")
    result = asdict(publication)
    # Where no row differs, the release that is active holds this run's result.
    holding = publication.release_id if publication.release_id is not None else publication.base_release_id
    if holding is not None:
        with suppress(LakeError):
            note_release(context.lake.ops, run_id, holding)
    # The release is published: what follows only tells of it.
    with suppress(LakeError, duckdb.Error):
        if publication.release_id is not None and publication.base_release_id is not None:
            found = diff_releases(
                context.lake, context.connection, publication.base_release_id, publication.release_id, examples=0
            )
            result["difference"] = {"gained": found.gained, "lost": found.lost, "changed": found.changed}
        copy_ops_tables(context.lake.ops, context.connection)
    return result


def show_by_new_columns(context: RunContext, view_name: str, columns: list[list[str]]) -> dict[str, Any]:
    """Let a MART view show the active release by other columns, null where the release lacks one."""
    release_id = registry.active_release(context.lake.ops)["release_id"]
    query = None if release_id is None else registry.release_views(context.lake.ops, release_id).get(view_name)
    there: set[str] = set()
    if query:
        described = context.connection.execute(f"describe {query}").fetchall()
        there = {row[0].lower() for row in described}
    typed = ", ".join(
        f'cast({chr(34) + name + chr(34) if name.lower() in there else "null"} as {type_name}) as "{name}"'
        for name, type_name in columns
    )
    source = f"from ({query})" if query else "where false"
    context.connection.execute(f'create or replace view {MART}."{view_name}" as select {typed} {source}')
    return {}


def rollback_release(context: RunContext, release_id: int, reason: str) -> dict[str, Any]:
    """Move MART back to a release and hold publishing."""
    result = asdict(rollback(context.lake, context.connection, _number("release_id", release_id), reason))
    copy_ops_tables(context.lake.ops, context.connection)
    return result


def lift_hold(context: RunContext, reason: str | None = None) -> dict[str, Any]:
    """Let runs publish again."""
    was_held = registry.lift_hold(context.lake.ops, reason)
    copy_ops_tables(context.lake.ops, context.connection)
    return {"was_held": was_held}


def list_releases(context: RunContext, limit: int = 20) -> dict[str, Any]:
    """Return the newest releases and which is active."""
    rows = context.lake.ops.rows("select * from releases order by release_id desc limit ?", (_number("limit", limit),))
    return {"releases": rows, "active": registry.active_release(context.lake.ops)}


def compare_releases(context: RunContext, from_release_id: int, to_release_id: int) -> dict[str, Any]:
    """Return the golden stores gained, lost and changed from one release to another."""
    return asdict(
        diff_releases(
            context.lake,
            context.connection,
            _number("from_release_id", from_release_id),
            _number("to_release_id", to_release_id),
        )
    )


def expire(
    context: RunContext, keep_last: int, younger_than_days: float, retired_hours: float, dry_run: bool
) -> dict[str, Any]:
    """Expire old releases, or say what that would remove."""
    if not isinstance(dry_run, bool):
        raise LakeError(f"dry_run must be true or false, not {dry_run!r}")
    result = asdict(
        expire_releases(context.lake, Retention(keep_last, younger_than_days, retired_hours), dry_run=dry_run)
    )
    copy_ops_tables(context.lake.ops, context.connection)
    return result


def _database(context: RunContext) -> str:
    """The database by its file: nearly every one is named stores."""
    name, path = context.connection.execute(
        "select database_name, path from duckdb_databases() where database_name = current_database()"
    ).fetchone()
    return str(Path(path).absolute()) if path else name


def _number(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise LakeError(f"{name} must be a whole number, not {value!r}")
    return value


ACTIONS: dict[str, Callable[..., Any]] = {
    action.__name__: action
    for action in (
        prepare_run,
        record_run,
        earlier_outcomes,
        publish_run,
        show_by_new_columns,
        rollback_release,
        lift_hold,
        list_releases,
        compare_releases,
        expire,
    )
} | HEALING_ACTIONS

__all__ = ["ACTIONS", "RunContext", "RunInputs"]
