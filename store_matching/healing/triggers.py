"""Reprocess triggers: made from what a release left unmatched or by hand, claimed by a run, consumed by its release.

A trigger is `pending`, `claimed` by one run, `consumed` by one release, or `dead`. Its identifier is made of the store,
its candidate, the logic version and the inputs that failed, so that one failure never makes a second one.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from store_matching.errors import LakeError
from store_matching.ops.registry import who
from store_matching.ops.store import OpsStore, timestamp

STATUSES = ("pending", "claimed", "consumed", "dead")
MOST_ATTEMPTS = 3
LEASE = timedelta(days=1)
# Longer than publishing takes after the last model.
PUBLISHING = timedelta(hours=1)
GIVEN_BACK = "trigger_status = 'pending', claimed_at = null, claimed_run_id = null"


def trigger_id(store_key: str, candidate: str | None, logic_version: str | None, input_hash: str | None) -> str:
    """Return the identifier of the trigger that a failure makes."""
    text = "|".join(part or "" for part in (store_key, candidate, logic_version, input_hash))
    return hashlib.md5(text.encode()).hexdigest()


def enqueue(ops: OpsStore, failures: Iterable[Mapping[str, Any]], release_id: int, run_id: str) -> int:
    """Make a pending trigger of each failure that has none; return how many were made.

    failures: store_key, free_candidate_key, free_candidate_score, potential_score, failure_cause, logic_version,
              input_hash of the release's unmatched stores
    """
    now, person = timestamp(), who()
    rows = [
        (
            trigger_id(f["store_key"], f["free_candidate_key"], f["logic_version"], f["input_hash"]),
            f["store_key"],
            f["free_candidate_key"],
            f["potential_score"],
            round(f["potential_score"] * 100),
            f"{f['failure_cause']}: {f['free_candidate_key']} could score {f['potential_score']:.1f}",
            f["logic_version"],
            f["input_hash"],
            now,
            person,
            run_id,
            f"release-{release_id}",
            f["free_candidate_score"],
            release_id,
        )
        for f in failures
    ]
    with ops.transaction() as connection:
        before = connection.total_changes
        connection.executemany(
            """insert or ignore into reprocess_triggers (
                    trigger_id, store_key, candidate_store_key, potential_score, priority, reason, trigger_status,
                    attempts, failed_logic_version, failed_input_hash, created_at, created_by, created_run_id,
                    trigger_batch, is_request, failed_score, created_release_id
                ) values (?, ?, ?, ?, ?, ?, 'pending', 0, ?, ?, ?, ?, ?, ?, 0, ?, ?)""",
            rows,
        )
        return connection.total_changes - before


def request(ops: OpsStore, store_keys: Iterable[str], reason: str, batch: str) -> list[str]:
    """Make a pending trigger, due at once, for each store that a person names; return the stores that got one.

    A store with a pending request keeps that one.
    """
    now, person = timestamp(), who()
    made = []
    with ops.transaction() as connection:
        waiting = {
            row[0]
            for row in connection.execute(
                "select store_key from reprocess_triggers where trigger_status = 'pending' and is_request = 1"
            )
        }
        for store_key in dict.fromkeys(store_keys):
            if store_key in waiting:
                continue
            connection.execute(
                """insert into reprocess_triggers (
                        trigger_id, store_key, priority, reason, trigger_status, attempts, created_at, created_by,
                        trigger_batch, is_request
                    ) values (?, ?, 100000, ?, 'pending', 0, ?, ?, ?, 1)""",
                (uuid.uuid4().hex, store_key, reason, now, person, batch),
            )
            made.append(store_key)
    return made


def claim(ops: OpsStore, trigger_ids: Iterable[str], run_id: str) -> int:
    """Claim pending triggers for a run; return how many it got. What another run claimed meanwhile stays that run's."""
    now = timestamp()
    with ops.transaction() as connection:
        before = connection.total_changes
        connection.executemany(
            """update reprocess_triggers set trigger_status = 'claimed', claimed_run_id = ?, claimed_at = ?
               where trigger_id = ? and trigger_status = 'pending'""",
            [(run_id, now, each) for each in trigger_ids],
        )
        return connection.total_changes - before


def bury(ops: OpsStore, errors: Mapping[str, str]) -> None:
    """Mark pending triggers that can never be worked on as dead. errors: the reason by trigger."""
    with ops.transaction() as connection:
        connection.executemany(
            """update reprocess_triggers set trigger_status = 'dead', last_error = ?
               where trigger_id = ? and trigger_status = 'pending'""",
            [(text, each) for each, text in errors.items()],
        )


def consume(ops: OpsStore, run_id: str, release_id: int) -> int:
    """Mark what a run claimed as consumed by the release that contains its stores; return how many.

    None, and all are given back, where somebody has gone back behind that release meanwhile.
    """
    with ops.transaction() as connection:
        found = connection.execute("select release_status from releases where release_id = ?", (release_id,)).fetchone()
        if found is None or found[0] not in ("active", "superseded"):
            _give_back(connection, run_id)
            return 0
        return _consume(connection, run_id, release_id)


def _give_back(connection: sqlite3.Connection, run_id: str | None) -> None:
    connection.execute(
        f"update reprocess_triggers set {GIVEN_BACK} where trigger_status = 'claimed' and claimed_run_id is ?",
        (run_id,),
    )


def _consume(connection: sqlite3.Connection, run_id: str, release_id: int) -> int:
    return connection.execute(
        """update reprocess_triggers
           set trigger_status = 'consumed', consumed_at = ?, consumed_run_id = ?, consumed_release_id = ?
           where trigger_status = 'claimed' and claimed_run_id = ?""",
        (timestamp(), run_id, release_id, run_id),
    ).rowcount


def give_back(ops: OpsStore, run_id: str, failures: Mapping[str, str], most_attempts: int = MOST_ATTEMPTS) -> int:
    """Give back what a failed run claimed; return how many are dead now.

    failures: by store, what failed of the store itself; only that counts as an attempt, and `most_attempts` make a
              trigger dead
    """
    with ops.transaction() as connection:
        connection.executemany(
            """update reprocess_triggers set attempts = attempts + 1, last_error = ?
               where trigger_status = 'claimed' and claimed_run_id = ? and store_key = ?""",
            [(text, run_id, store_key) for store_key, text in failures.items()],
        )
        dead = connection.execute(
            """update reprocess_triggers set trigger_status = 'dead'
               where trigger_status = 'claimed' and claimed_run_id = ? and attempts >= ?""",
            (run_id, most_attempts),
        ).rowcount
        _give_back(connection, run_id)
        return dead


def settle_dead_claims(ops: OpsStore, run_id: str, database: str, retried: str | None) -> None:
    """Settle what runs claimed that are no longer alive, before run `run_id` of the same database claims.

    A database has one writer, so every other run of it has ended. Of a run in another database less is known: an hour
    after its models ended, when it should have published, or after a day, its claims are open again. What a dead run
    had published, and nobody went back behind, is consumed; the rest is pending.
    retried: a run whose claims this run takes over
    """
    a_day_ago = timestamp(datetime.now(UTC) - LEASE)
    an_hour_ago = timestamp(datetime.now(UTC) - PUBLISHING)
    with ops.transaction() as connection:
        if retried is not None:
            connection.execute(
                """update reprocess_triggers set claimed_run_id = ?
                   where trigger_status = 'claimed' and claimed_run_id = ?""",
                (run_id, retried),
            )
        claims = connection.execute(
            """select distinct t.claimed_run_id, r.release_id
               from reprocess_triggers as t
               left join runs on t.claimed_run_id = runs.run_id
               left join releases as r on t.claimed_run_id = r.run_id
                   and r.release_status in ('active', 'superseded')
               where t.trigger_status = 'claimed' and coalesce(t.claimed_run_id, '') <> ?
                   and (
                       runs.run_id is null or runs.finished_at < ? or runs.database_name = ?
                       or t.claimed_at < ?
                   )""",
            (run_id, an_hour_ago, database, a_day_ago),
        ).fetchall()
        for claimed_run_id, release_id in claims:
            if release_id is not None:
                _consume(connection, claimed_run_id, release_id)
                continue
            _give_back(connection, claimed_run_id)


def check_table(ops: OpsStore) -> list[str]:
    """Return a sentence for each kind of row that no run can work on, as editing by hand leaves them."""
    marks = ", ".join("?" for _ in STATUSES)
    found = []
    for row in ops.rows(
        f"""select trigger_status, count(*) as n from reprocess_triggers
            where trigger_status not in ({marks}) group by 1""",
        STATUSES,
    ):
        found.append(
            f"{row['n']} rows of reprocess_triggers have the status {row['trigger_status']!r}, which is none of "
            f"{', '.join(STATUSES)}: no run works on them; set it to 'pending' to have them done"
        )
    for row in ops.rows(
        """select trigger_id, store_key from reprocess_triggers
           where trigger_status = 'pending' and (store_key not like 'GI:_%' and store_key not like 'TH:_%')"""
    ):
        found.append(
            f"trigger {row['trigger_id']} names the store {row['store_key']!r}; a store is written GI:… or TH:…"
        )
    return found


def trigger(ops: OpsStore, trigger_id: str) -> dict[str, Any]:
    """Return one trigger. Raises LakeError where there is none of that identifier."""
    found = ops.row("select * from reprocess_triggers where trigger_id = ?", (trigger_id,))
    if found is None:
        raise LakeError(f"there is no trigger {trigger_id}")
    return found
