"""Move MART back to a past release."""

from __future__ import annotations

import time
from dataclasses import dataclass

import duckdb

from store_matching.lake import Lake, LakeError
from store_matching.ops import registry
from store_matching.releases.ledger import bring_ledger_up_to_date
from store_matching.releases.mart_views import CANDIDATE, drop_candidate_views, render_views, told_as_moved
from store_matching.releases.publisher_lock import publisher_lock


@dataclass(frozen=True)
class Rollback:
    """What a rollback did: from which release to which, and how long MART took to move."""

    release_id: int
    previous_release_id: int | None
    move_seconds: float


def rollback(lake: Lake, connection: duckdb.DuckDBPyConnection, release_id: int, reason: str) -> Rollback:
    """Make a past release the active one and hold publishing until `lift_hold`.

    reason: recorded with the person and the time
    Raises LakeError, MART unchanged, for a release that is unknown, active, expired or half-made, or whose
    metadata files are gone.
    """
    reason = str(reason or "").strip()
    if not reason:
        raise LakeError("rollback_release needs a reason: it is recorded, and shown while publishing is held")
    with publisher_lock(lake):
        registry.check_restorable(lake.ops, release_id)
        # Ids of a release whose publisher was killed before it wrote them.
        bring_ledger_up_to_date(lake, connection)
        views = registry.release_views(lake.ops, release_id)
        # That the release can still be read is proven before anything moves.
        render_views(connection, views, CANDIDATE)
        drop_candidate_views(connection)
        started = time.perf_counter()
        previous = registry.restore(lake.ops, release_id, reason)
        with told_as_moved(release_id):
            render_views(connection, views)
            moved = time.perf_counter() - started
            bring_ledger_up_to_date(lake, connection)
        return Rollback(release_id, previous, moved)
