"""Runs and the outcome of their nodes, in OPS."""

from __future__ import annotations

from typing import Any

from store_matching.dbt_lake.run_inputs import RunInputs
from store_matching.ops.store import OpsStore, timestamp

# Commands that change what a later retry would find.
BUILDING_COMMANDS = ("build", "run", "seed", "retry", "clone", "snapshot")


def start_run(
    ops: OpsStore, run_id: str, command: str, database: str, base_release_id: int | None, inputs: RunInputs
) -> None:
    """Record a run that begins."""
    with ops.transaction() as connection:
        connection.execute(
            """insert or replace into runs (
                    run_id, command, started_at, database_name, base_release_id, gi_snapshot_id, th_snapshot_id
                ) values (?, ?, ?, ?, ?, ?, ?)""",
            (run_id, command, timestamp(), database, base_release_id, inputs.gi_snapshot_id, inputs.th_snapshot_id),
        )


def inputs_of_last_run(ops: OpsStore, database: str) -> RunInputs | None:
    """Return the inputs of the last run that built anything in this database, None where there is none."""
    marks = ", ".join("?" for _ in BUILDING_COMMANDS)
    row = ops.row(
        f"""select gi_snapshot_id, th_snapshot_id from runs where database_name = ? and command in ({marks})
            order by started_at desc limit 1""",
        (database, *BUILDING_COMMANDS),
    )
    return None if row is None else RunInputs(**row)


def finish_run(
    ops: OpsStore,
    run_id: str,
    command: str,
    nodes: list[dict[str, Any]],
    git_sha: str | None,
    logic_version: str,
    scope: dict[str, Any],
) -> None:
    """Record the outcome of each node: node_id, resource_type, node_status, seconds, node_message, compiled_sql,
    row_count, removed_rows, added_rows; and what the run covered: scope_stores, run_reason.
    """
    now = timestamp()
    with ops.transaction() as connection:
        connection.executemany(
            """insert or replace into transformation_logs (
                    run_id, node_id, command, resource_type, node_status, finished_at, seconds, node_message,
                    git_sha, logic_version, compiled_sql, row_count, removed_rows, added_rows, scope_stores, run_reason
                ) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                (
                    run_id,
                    node["node_id"],
                    command,
                    node["resource_type"],
                    node["node_status"],
                    now,
                    node["seconds"],
                    node["node_message"],
                    git_sha,
                    logic_version,
                    node["compiled_sql"],
                    node["row_count"],
                    node["removed_rows"],
                    node["added_rows"],
                    scope["scope_stores"],
                    scope["run_reason"],
                )
                for node in nodes
            ],
        )
        broken = sum(node["node_status"] in ("error", "fail", "skipped", "runtime error") for node in nodes)
        connection.execute(
            "update runs set finished_at = ?, outcome = ? where run_id = ?",
            (now, "success" if not broken else f"{broken} nodes failed or were skipped", run_id),
        )


def replace_outcome(ops: OpsStore, run_id: str, old: str, new: str) -> None:
    """Change the outcome of a run, if it is `old`."""
    with ops.transaction() as connection:
        connection.execute("update runs set outcome = ? where run_id = ? and outcome = ?", (new, run_id, old))


def note_release(ops: OpsStore, run_id: str, release_id: int) -> None:
    """Record which release a run's nodes went into."""
    with ops.transaction() as connection:
        connection.execute("update transformation_logs set release_id = ? where run_id = ?", (release_id, run_id))


def outcomes_of_retried_run(ops: OpsStore, run_id: str) -> dict[str, str]:
    """Return the status by node of the run before this one and of those that it retried in turn.

    Empty where this run does not directly follow a build on the same inputs and the same release: what the earlier
    run proved is then not what lies in the database.
    """
    return _latest_of_chain(ops, run_id, "node_status")


def compiled_sql_of_retried_run(ops: OpsStore, run_id: str) -> dict[str, str]:
    """Return, for the same runs, the compiled SQL by node of MART models and their tests."""
    return _latest_of_chain(ops, run_id, "compiled_sql")


def _latest_of_chain(ops: OpsStore, run_id: str, column: str) -> dict[str, str]:
    latest: dict[str, str] = {}
    for number in _retried_chain(ops, run_id):
        rows = ops.rows(
            f"select node_id, {column} from transformation_logs where run_id = ? and {column} is not null", (number,)
        )
        latest |= {row["node_id"]: row[column] for row in rows}
    return latest


def _retried_chain(ops: OpsStore, run_id: str) -> list[str]:
    """Runs that a retry completes, the build first; empty where there is no such build."""
    this = ops.row("select * from runs where run_id = ?", (run_id,))
    if this is None or this["command"] != "retry":
        return []
    marks = ", ".join("?" for _ in BUILDING_COMMANDS)
    earlier = ops.rows(
        f"""select * from runs
            where started_at < ? and run_id <> ? and database_name = ? and command in ({marks})
            order by started_at desc limit 20""",
        (this["started_at"], run_id, this["database_name"], *BUILDING_COMMANDS),
    )
    same = ("base_release_id", "gi_snapshot_id", "th_snapshot_id")
    chain: list[str] = []
    for run in earlier:
        if any(run[name] != this[name] for name in same) or run["command"] not in ("build", "retry"):
            return []
        chain.insert(0, run["run_id"])
        if run["command"] == "build":
            return chain
    return []
