"""Whether a batch that has landed under an id is the one that somebody wants to load under it."""

from __future__ import annotations

from pathlib import Path

from store_matching.lake import LakeError
from store_matching.landing.batch import Batch
from store_matching.landing.landed_batches import LandedBatch


def check_same_batch(
    landed: LandedBatch, source_system: str, path: Path, batch: Batch, digest: str, *, kind: str
) -> None:
    """Raise LakeError where the landed batch of this id has another window, other content or is of another kind.

    digest: of the file's content and of how it is read
    kind:   'delta' or 'full'
    What an older snapshot does not say counts as equal.
    """
    differs = {
        "window": landed.window_start not in (None, batch.window_start),
        "content": landed.content_digest not in (None, digest),
        "kind": landed.kind not in (None, kind),
    }
    if not any(differs.values()):
        return
    window = batch.window_start.isoformat()
    known = landed.window_start.isoformat() if differs["window"] else window
    found = [f"window {known}, this file is for {window}" if differs["window"] else f"the same window, {window}"]
    if differs["content"]:
        found.append("its content differs (the file, --map or --encoding)")
    if differs["kind"]:
        found.append(f"as {landed.kind}, this file is loaded as {kind}")
    origin = "" if landed.source_file is None else f" from {landed.source_file}"
    raise LakeError(
        f"{path}: {source_system} has another batch under the id {batch.batch_id}; nothing of this file has landed\n"
        f"  landed{origin}: {'; '.join(found)}\n"
        "  what to do: choose another --batch-id, or load the same file for the same window with the same options"
    )
