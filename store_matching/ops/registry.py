"""The registry of releases: which there are, which is active, who moved it, when and why.

One row of OPS, `active_release`, is the commit point: MART shows the release that it names, whatever else a killed
process left behind.
"""

from __future__ import annotations

import getpass
import os
import sqlite3
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from store_matching.errors import LakeError
from store_matching.ops.store import OpsStore, timestamp
from store_matching.releases.types import WrittenTable

# Whose files are whole: what MART has shown once can be shown again.
RESTORABLE = ("superseded", "rolled_back")


def who() -> str:
    """Return who acts: STORE_MATCHING_USER, else the user of the process."""
    try:
        return os.environ.get("STORE_MATCHING_USER") or getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def active_release(ops: OpsStore) -> dict[str, Any]:
    """Return the one row that says which release is active (release_id None at first) and whether it is held."""
    return ops.rows("select * from active_release where slot = 1")[0]


def release(ops: OpsStore, release_id: int) -> dict[str, Any]:
    """Return the row of a release. Raises LakeError for a release there is not."""
    found = ops.row("select * from releases where release_id = ?", (release_id,))
    if found is None:
        known = [str(row["release_id"]) for row in restorable_releases(ops)]
        active = active_release(ops)["release_id"]
        raise LakeError(
            f"there is no release {release_id}; active is {active}, others: {', '.join(known[:10]) or 'none'}\n"
            "  what to do: dbt run-operation list_releases"
        )
    return found


def restorable_releases(ops: OpsStore) -> list[dict[str, Any]]:
    """Return the releases that MART could be moved to, newest first."""
    return ops.rows(
        f"select * from releases where release_status in {RESTORABLE} order by release_id desc",
    )


def release_tables(ops: OpsStore, release_id: int) -> dict[str, WrittenTable]:
    """Return the tables of a release by name."""
    return {
        row["table_name"]: WrittenTable(**{key: value for key, value in row.items() if key != "release_id"})
        for row in ops.rows("select * from release_tables where release_id = ? order by table_name", (release_id,))
    }


def release_views(ops: OpsStore, release_id: int) -> dict[str, str]:
    """Return the SQL of a release's MART views by name."""
    rows = ops.rows("select * from release_views where release_id = ? order by view_name", (release_id,))
    return {row["view_name"]: row["view_sql"] for row in rows}


def add_candidate(ops: OpsStore, run_id: str, base_release_id: int | None, facts: dict[str, Any]) -> int:
    """Record a release that is about to be written and return its number.

    facts: further columns of OPS.releases
    """
    with ops.transaction() as connection:
        (last,) = connection.execute("select coalesce(max(release_id), 0) from releases").fetchone()
        row = {
            "release_id": last + 1,
            "release_status": "candidate",
            "base_release_id": base_release_id,
            "run_id": run_id,
            "created_at": timestamp(),
            "created_by": who(),
            **facts,
        }
        _insert(connection, "releases", row)
        return last + 1


def complete_candidate(
    ops: OpsStore, release_id: int, tables: Iterable[WrittenTable], views: dict[str, str], golden_stores: int
) -> None:
    """Record the tables and views of a candidate."""
    with ops.transaction() as connection:
        for table in tables:
            _insert(connection, "release_tables", {"release_id": release_id, **asdict(table)})
        for name, sql in views.items():
            _insert(connection, "release_views", {"release_id": release_id, "view_name": name, "view_sql": sql})
        connection.execute("update releases set golden_stores = ? where release_id = ?", (golden_stores, release_id))


def abandon(ops: OpsStore, release_id: int, reason: str) -> None:
    """Give up a candidate; its files are removed by expire_releases."""
    with ops.transaction() as connection:
        connection.execute(
            """update releases set release_status = 'abandoned', retired_at = ?, reason = ?
               where release_id = ? and release_status = 'candidate'""",
            (timestamp(), reason, release_id),
        )


def discard_candidate(ops: OpsStore, release_id: int) -> None:
    """Forget a candidate that turned out to be no release: nothing in it differs from the active one."""
    with ops.transaction() as connection:
        connection.execute("delete from releases where release_id = ? and release_status = 'candidate'", (release_id,))


def abandon_candidates(ops: OpsStore, reason: str) -> list[int]:
    """Give up every candidate, as only a dead publisher leaves them; call it with the publisher's lock held."""
    found = [row["release_id"] for row in ops.rows("select release_id from releases where release_status='candidate'")]
    for release_id in found:
        abandon(ops, release_id, reason)
    return found


def activate(ops: OpsStore, release_id: int, base_release_id: int | None) -> None:
    """Make a candidate the active release, if `base_release_id` still is the active one and publishing is not held.

    Raises LakeError otherwise; nothing is changed then.
    """
    with ops.transaction() as connection:
        active = connection.execute("select * from active_release where slot = 1").fetchone()
        status = connection.execute(
            "select release_status from releases where release_id = ?", (release_id,)
        ).fetchone()
        if status is None or status[0] != "candidate":
            raise LakeError(f"release {release_id} is no candidate ({status and status[0]}); run dbt build again")
        if active["is_held"]:
            raise LakeError(held_message(dict(active)))
        if active["release_id"] != base_release_id:
            raise LakeError(
                f"release {active['release_id']} became active while this run was measured against release "
                f"{base_release_id}; MART was not moved\n  what to do: run dbt build again"
            )
        _move(connection, active, release_id, "superseded", "published", None, held_reason=None)


def restore(ops: OpsStore, release_id: int, reason: str) -> int | None:
    """Make a past release the active one, hold publishing, and return the release that was active.

    Triggers that later releases had consumed are open again.
    Raises LakeError for a release that is unknown, active, expired or was never whole; nothing is changed then.
    """
    check_restorable(ops, release_id)
    with ops.transaction() as connection:
        (status,) = connection.execute(
            "select release_status from releases where release_id = ?", (release_id,)
        ).fetchone()
        if status not in RESTORABLE:
            raise LakeError(f"release {release_id} is {status} meanwhile; MART was not moved")
        active = connection.execute("select * from active_release where slot = 1").fetchone()
        _move(connection, active, release_id, "rolled_back", "rolled_back", reason, held_reason=reason)
        connection.execute(
            """update reprocess_triggers
               set trigger_status = 'pending', consumed_at = null, consumed_run_id = null, consumed_release_id = null,
                   claimed_at = null, claimed_run_id = null
               where trigger_status = 'consumed' and consumed_release_id > ?""",
            (release_id,),
        )
        return active["release_id"]


def check_restorable(ops: OpsStore, release_id: int) -> None:
    """Raise LakeError, saying why, when MART cannot be moved to this release."""
    found = release(ops, release_id)
    if active_release(ops)["release_id"] == release_id:
        raise LakeError(f"release {release_id} is the active one already; nothing was changed")
    reasons = {
        "candidate": "is being written, or its publisher died while writing it",
        "abandoned": f"was never published ({found['reason']})",
        "expired": "has expired: files of it are removed",
    }
    if found["release_status"] in reasons:
        raise LakeError(
            f"release {release_id} {reasons[found['release_status']]}; MART was not moved\n"
            "  what to do: choose one that dbt run-operation list_releases shows as superseded or rolled_back"
        )


def lift_hold(ops: OpsStore, reason: str | None) -> bool:
    """Let runs publish again; return whether publishing was held."""
    with ops.transaction() as connection:
        active = connection.execute("select * from active_release where slot = 1").fetchone()
        if not active["is_held"]:
            return False
        connection.execute("update active_release set is_held = 0, held_reason = null where slot = 1")
        _event(connection, "hold_lifted", active["release_id"], active["release_id"], reason)
        return True


def held_message(active: dict[str, Any]) -> str:
    """Return the sentence that says that, since when and why publishing is held."""
    return (
        f"publishing is held at release {active['release_id']} since {active['changed_at'][:16]} UTC "
        f"({active['held_reason']}); lift it with: dbt run-operation lift_hold"
    )


def _move(
    connection: sqlite3.Connection,
    active: sqlite3.Row,
    release_id: int,
    status_of_previous: str,
    event: str,
    reason: str | None,
    held_reason: str | None,
) -> None:
    now = timestamp()
    connection.execute(
        "update releases set release_status = ?, retired_at = ? where release_id = ?",
        (status_of_previous, now, active["release_id"]),
    )
    connection.execute(
        """update releases set release_status = 'active', activated_at = ?, retired_at = null where release_id = ?""",
        (now, release_id),
    )
    connection.execute(
        "update active_release set release_id = ?, changed_at = ?, is_held = ?, held_reason = ? where slot = 1",
        (release_id, now, int(held_reason is not None), held_reason),
    )
    _event(connection, event, release_id, active["release_id"], reason)


def _event(
    connection: sqlite3.Connection, name: str, release_id: int | None, previous: int | None, reason: str | None
) -> None:
    _insert(
        connection,
        "release_events",
        {
            "event_id": uuid.uuid4().hex,
            "event_name": name,
            "release_id": release_id,
            "previous_release_id": previous,
            "happened_at": timestamp(),
            "done_by": who(),
            "reason": reason,
        },
    )


def _insert(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    columns = ", ".join(row)
    marks = ", ".join("?" for _ in row)
    connection.execute(f"insert into {table} ({columns}) values ({marks})", tuple(row.values()))
