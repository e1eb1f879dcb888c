"""Where the lake lies."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from store_matching.errors import LakeError

LAKE_VARIABLE = "STORE_MATCHING_LAKE"
STATE_VARIABLE = "STORE_MATCHING_LAKE_STATE"
DEFAULT_LAKE = "lake"
# The value of STORE_MATCHING_LAKE under which dbt works without a lake, as on the scratch database of match_files.py.
NO_LAKE = "none"
S3_SCHEME = "s3://"
UNUSABLE = frozenset('%?#"')


@dataclass(frozen=True)
class LakeSettings:
    """Where the lake lies.

    root:  folder of the Iceberg warehouse, an absolute path or `s3://bucket/prefix`
    state: local folder of the catalog (catalog.db) and of OPS (ops.db); the root itself where that is a path
    """

    root: str
    state: Path

    @property
    def warehouse(self) -> str:
        """URI of the warehouse."""
        return self.root if self.is_s3 else f"file://{self.root}"

    @property
    def is_s3(self) -> bool:
        """Whether the files lie in an object store."""
        return self.root.startswith(S3_SCHEME)

    @property
    def catalog_file(self) -> Path:
        """The SQLite file of the Iceberg catalog."""
        return self.state / "catalog.db"

    @property
    def ops_file(self) -> Path:
        """The SQLite file of the OPS tables."""
        return self.state / "ops.db"

    @property
    def publisher_lock_file(self) -> Path:
        """The file that a publisher locks."""
        return self.state / "publisher.lock"


def lake_settings(root: str | Path | None = None, state: str | Path | None = None) -> LakeSettings:
    """Return the settings for a root, by default that of the environment.

    root:  path or `s3://bucket/prefix`; default STORE_MATCHING_LAKE, else `lake` in the working folder
    state: local folder; default STORE_MATCHING_LAKE_STATE, else the root, or `lake` where the root is in S3
    Raises LakeError for a root that is neither a path nor in S3, and for `none`.
    """
    text = str(root or os.environ.get(LAKE_VARIABLE) or DEFAULT_LAKE)
    if text == NO_LAKE:
        raise LakeError(f"{LAKE_VARIABLE} is '{NO_LAKE}': name the lake's root, a folder or s3://bucket/prefix")
    text = text.removeprefix("file://")
    chosen_state = state or os.environ.get(STATE_VARIABLE)
    if text.startswith(S3_SCHEME):
        if not text.removeprefix(S3_SCHEME).strip("/"):
            raise LakeError(f"the lake's root '{text}' names no bucket; give s3://bucket/prefix")
        return LakeSettings(text.rstrip("/"), Path(chosen_state or DEFAULT_LAKE).absolute())
    if "://" in text:
        raise LakeError(f"the lake's root '{text}' is neither a folder nor s3://bucket/prefix")
    if unusable := UNUSABLE.intersection(text):
        raise LakeError(
            f"the lake's root '{text}' holds {' '.join(sorted(unusable))}, which file URIs of Iceberg metadata cannot "
            "carry\n  what to do: choose a folder without them"
        )
    # Links are kept: a lake that moved is reached again by a link at its old place.
    path = Path(os.path.abspath(text))  # noqa: PTH100
    return LakeSettings(str(path), Path(chosen_state).absolute() if chosen_state else path)


def is_without_lake() -> bool:
    """Return whether the environment says that there is no lake."""
    return os.environ.get(LAKE_VARIABLE) == NO_LAKE
