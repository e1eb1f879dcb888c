"""Which batches a landing table holds: read from the summaries of its snapshots, no data file is opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyiceberg.table import Table
    from pyiceberg.table.snapshots import Snapshot

STAMP_PREFIX = "store-matching."
# Stamp of snapshots by which the Sentinel brought a batch back: the files it came from.
RECOVERED_FROM = "recovered-from"


@dataclass(frozen=True)
class LandedBatch:
    """One committed batch, as its snapshot's summary says.

    window_start, committed_at: UTC without zone
    row_count:      rows of the file that were accepted
    rejected_count: rows of the file that were refused
    landed_count:   rows that the commit added; of a full extract only the differences
    snapshot_id:    None on Snowflake, where RAW.batches says it all
    content_digest: of the file and how it was read; None of batches that landed before it was stamped
    """

    source_system: str
    batch_id: str
    window_start: datetime | None
    source_file: str | None
    kind: str | None
    row_count: int
    rejected_count: int
    landed_count: int
    attempt: int
    load_id: str | None
    committed_at: datetime
    snapshot_id: int | None
    content_digest: str | None = None


def stamps(values: Mapping[str, object]) -> dict[str, str]:
    """Return values as entries of a snapshot summary, under this project's prefix."""
    return {STAMP_PREFIX + name: str(value) for name, value in values.items()}


def landed_batches(table: Table, snapshot_id: int | None = None) -> list[LandedBatch]:
    """Return the batches that a snapshot of the table holds, by default the current one, newest commit first.

    Snapshots that no longer lead to that one (a rolled-back or detached commit) hold no batch, nor do snapshots
    without a batch id.
    """
    return [batch_of(snapshot) for snapshot in lineage(table, snapshot_id) if _stamp(snapshot, "batch-id") is not None]


def batch_of(snapshot: Snapshot) -> LandedBatch:
    """Return the batch that a snapshot's summary tells of."""
    window = _stamp(snapshot, "window-start")
    return LandedBatch(
        source_system=_stamp(snapshot, "source-system") or "",
        batch_id=_stamp(snapshot, "batch-id") or "",
        window_start=None if window is None else datetime.fromisoformat(window),
        source_file=_stamp(snapshot, "source-file"),
        kind=_stamp(snapshot, "kind"),
        row_count=int(_stamp(snapshot, "rows") or 0),
        rejected_count=int(_stamp(snapshot, "rows-rejected") or 0),
        landed_count=int(_summary(snapshot).get("added-records") or 0),
        attempt=int(_stamp(snapshot, "attempt") or 0),
        load_id=_stamp(snapshot, "load-id"),
        committed_at=datetime.fromtimestamp(snapshot.timestamp_ms / 1000, UTC).replace(tzinfo=None),
        snapshot_id=snapshot.snapshot_id,
        content_digest=_stamp(snapshot, "content-digest"),
    )


def find_batch(table: Table, batch_id: str) -> Snapshot | None:
    """Return the snapshot by which a batch has landed, None where it has not."""
    return next((s for s in lineage(table) if _stamp(s, "batch-id") == batch_id), None)


def find_load(table: Table, load_id: str) -> Snapshot | None:
    """Return the snapshot that one attempt to load has committed, None where it has not."""
    return next((s for s in lineage(table) if _stamp(s, "load-id") == load_id), None)


def lineage(table: Table, snapshot_id: int | None = None) -> Iterator[Snapshot]:
    """Yield a snapshot, by default the current one, and those that led to it, newest first."""
    by_id = {snapshot.snapshot_id: snapshot for snapshot in table.metadata.snapshots}
    chosen = table.metadata.current_snapshot_id if snapshot_id is None else snapshot_id
    while chosen is not None and (snapshot := by_id.get(chosen)) is not None:
        yield snapshot
        chosen = snapshot.parent_snapshot_id


def _stamp(snapshot: Snapshot, name: str) -> str | None:
    return _summary(snapshot).get(STAMP_PREFIX + name)


def _summary(snapshot: Snapshot) -> Mapping[str, str]:
    return {} if snapshot.summary is None else snapshot.summary.additional_properties
