"""What a person wants to know of the lake after a build: batches, the active release, a hold."""

from __future__ import annotations

from dataclasses import dataclass

from store_matching.errors import LakeError
from store_matching.lake.lake import open_lake
from store_matching.ops import registry


@dataclass(frozen=True)
class ReleaseState:
    """The active release of a lake; release_id None where nothing is published yet.

    root:            of the lake
    golden_stores:   of the active release
    published_at:    UTC, to the minute
    held_reason:     why publishing is held, None where it is not
    is_of_this_run:  whether the last build made it
    """

    root: str
    release_id: int | None
    golden_stores: int | None
    published_at: str | None
    held_reason: str | None
    is_of_this_run: bool


def read_release_state(root: str | None, run_id: str | None) -> ReleaseState | None:
    """Return the state of the lake at a root, None where there is no lake that can be opened.

    run_id: invocation of the last build, as run_results.json tells it
    """
    try:
        lake = open_lake(root, create=False)
        active = registry.active_release(lake.ops)
    except LakeError:
        return None
    number = active["release_id"]
    release = registry.release(lake.ops, number) if number is not None else {}
    return ReleaseState(
        root=lake.settings.root,
        release_id=number,
        golden_stores=release.get("golden_stores"),
        published_at=(release.get("activated_at") or "")[:16] or None,
        held_reason=active["held_reason"] if active["is_held"] else None,
        is_of_this_run=run_id is not None and release.get("run_id") == run_id,
    )
