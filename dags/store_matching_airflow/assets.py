"""The assets of the DAGs, and what their events say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from airflow.sdk import Asset

# Matching logic that was merged and deployed; its event comes from outside, by Airflow's REST API.
LOGIC = Asset(name="matching_logic", uri="store-matching://matching_logic", group="store_matching")
RELEASE = Asset(name="release", uri="store-matching://release", group="store_matching")
MART = Asset(name="mart", uri="store-matching://mart", group="store_matching")
FACTS = ("release_id", "snapshot_ids", "git_sha", "logic_version", "golden_stores")


def event_extra(release: Mapping[str, Any], announced: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return what an event says of the active release, None where there is nothing new to say.

    release:   what scripts/release_event.py printed
    announced: extras of the last event; comparing with it, not with what this run did, loses no release whose run was
               killed before it could announce it, and tells a rollback too
    Entries: release_id, snapshot_ids (texts by table name), git_sha, logic_version, golden_stores.
    """
    if release["release_id"] is None or any(extra.get("release_id") == release["release_id"] for extra in announced):
        return None
    return {name: release[name] for name in FACTS}
