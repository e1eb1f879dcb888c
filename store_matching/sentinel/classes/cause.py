"""Why a batch was not committed: refused because another commit came first, or its writer died."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from store_matching.landing.landed_batches import STAMP_PREFIX
from store_matching.sentinel.batch_evidence import MetadataEvidence
from store_matching.sentinel.classes.judging import Judging
from store_matching.sentinel.metadata_ledger import Snapshot
from store_matching.sentinel.types import Batch, Cause

if TYPE_CHECKING:
    from store_matching.sentinel.scan import StrayFile

JUST_BEFORE_NS = 2 * 10**9
SHORTEST_RIVALRY_NS = 60 * 10**9


def cause_of(judged: Judging, stray: StrayFile, batch: Batch, evidence: MetadataEvidence) -> tuple[Cause, str]:
    """Why a batch was not committed.

    A definite refusal makes PyIceberg remove the manifests it wrote, a killed process leaves them.
    """
    if manifest := evidence.manifest_of.get(stray.path):
        return Cause.KILLED_WRITER, f"its writer died after it wrote the manifest {manifest}, before the commit"
    rival = _rival(judged, stray)
    named = "" if rival is None else f" {_name_of(rival)} was committed first"
    if batch.evidence is not None and batch.evidence.startswith("summary of a refused"):
        return Cause.COMMIT_CONFLICT, f"its commit was refused:{named}" if named else "its commit was refused"
    if rival is not None:
        return Cause.COMMIT_CONFLICT, f"its commit was refused:{named}"
    return Cause.KILLED_WRITER, "nobody else committed then: its writer died before the commit"


def _rival(judged: Judging, stray: StrayFile) -> Snapshot | None:
    """The first commit after the file was written, while its writer may have been trying to commit."""
    written = int(stray.modified_at.replace(tzinfo=UTC).timestamp() * 1e9)
    if not stray.modified_at.microsecond:
        # Object stores keep whole seconds: the file may be nearly a second younger.
        written += 10**9
    longest = max(int(judged.scan.grace.total_seconds() * 1e9), SHORTEST_RIVALRY_NS)
    snapshots = judged.snapshots
    after = [found for found in snapshots if written <= found.committed_ns <= written + longest]
    if after:
        return min(after, key=lambda found: found.committed_ns)
    # Committed after the writer had read the table, but before its file was closed.
    before = [found for found in snapshots if written - JUST_BEFORE_NS <= found.committed_ns < written]
    return max(before, key=lambda found: found.committed_ns, default=None)


def _name_of(snapshot: Snapshot) -> str:
    batch_id = snapshot.summary.get(STAMP_PREFIX + "batch-id")
    window = snapshot.summary.get(STAMP_PREFIX + "window-start")
    what = f"batch {batch_id}" if batch_id else f"snapshot {snapshot.snapshot_id}"
    return what + (f" of window {window}" if window else "")
