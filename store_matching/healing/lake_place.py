"""Requests and labels in the lake: stores are those of its active release, OPS is its SQLite store."""

from __future__ import annotations

from collections.abc import Iterable

from store_matching.healing import labels, requests, triggers
from store_matching.lake import open_lake, open_release


class LakePlace:
    """The active release of a lake and its OPS; use it as a context manager.

    root: folder or s3://bucket/prefix, None for STORE_MATCHING_LAKE
    Raises LakeError where there is no lake or nothing is released.
    """

    def __init__(self, root: str | None) -> None:
        self.ops = open_lake(root, create=False).ops
        self.release = open_release(root)
        self.release_id = self.release.release_id

    def known_stores(self, store_keys: Iterable[str]) -> list[str]:
        """Return the keys, each once. Raises LakeError for keys that the release does not have."""
        return requests.known_stores(self.release, store_keys)

    def stores_where(self, condition: str) -> list[str]:
        """Return the keys of the stores for which a condition holds. Raises LakeError for one that is none."""
        return requests.stores_where(self.release, condition)

    def request(self, store_keys: Iterable[str], reason: str, batch: str) -> list[str]:
        """Make a pending trigger for each store that has no request waiting; return those that got one."""
        return triggers.request(self.ops, store_keys, reason, batch)

    def add_label(self, gi_store_key: str, th_store_key: str, decision: str, reason: str) -> str:
        """Add a decision and return its identifier. Raises LakeError for one that is none."""
        return labels.add_label(self.ops, gi_store_key, th_store_key, decision, reason)

    def __enter__(self) -> LakePlace:
        return self

    def __exit__(self, *_: object) -> None:
        self.release.close()
