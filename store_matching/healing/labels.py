"""Decisions of stewards: which two stores are one, and which are not. Decisions are only added, never changed."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from store_matching.errors import LakeError
from store_matching.ops.registry import who
from store_matching.ops.store import TIME_FORMAT, OpsStore, timestamp

DECISIONS = ("match", "no_match", "none")


def check_label(gi_store_key: str, th_store_key: str, decision: str, reason: str) -> None:
    """Raise LakeError for a decision that is none of DECISIONS, a key of the wrong source or no reason."""
    if decision not in DECISIONS:
        raise LakeError(f"decision is {decision!r}; it must be one of {', '.join(DECISIONS)}")
    for source, key in (("GI", gi_store_key), ("TH", th_store_key)):
        if not key.startswith(f"{source}:") or key == f"{source}:":
            raise LakeError(f"{key!r} is no {source} store; it is written {source}:… with the source's identifier")
    if not reason.strip():
        raise LakeError("a decision needs a reason: whoever looks at the match later reads it")


def add_label(ops: OpsStore, gi_store_key: str, th_store_key: str, decision: str, reason: str) -> str:
    """Add a decision of a pair and return its identifier; the next dbt build obeys the newest one.

    decision: 'match' forces the pair, 'no_match' forbids it, 'none' takes earlier decisions back
    Raises LakeError for another decision, a key of the wrong source or no reason.
    """
    check_label(gi_store_key, th_store_key, decision, reason)
    label_id = uuid.uuid4().hex
    with ops.transaction() as connection:
        # The newest decision holds, whatever the clocks of two stewards say.
        (last,) = connection.execute("select max(decided_at) from match_labels").fetchone()
        connection.execute(
            """insert into match_labels (
                    label_id, gi_store_key, th_store_key, decision, decided_by, decided_at, reason
                ) values (?, ?, ?, ?, ?, ?, ?)""",
            (label_id, gi_store_key, th_store_key, decision, who(), moment_after(last), reason.strip()),
        )
    return label_id


def moment_after(last: str | None) -> str:
    """Return now as OPS keeps it, or the moment after `last` where a clock that was ahead wrote that."""
    now = timestamp()
    if last is None or last < now:
        return now
    return timestamp(datetime.strptime(last, TIME_FORMAT) + timedelta(microseconds=1))
