"""The lake: Iceberg tables under one root, their catalog, and how released tables are read."""

from store_matching.errors import LakeError
from store_matching.lake.extensions import load_extensions
from store_matching.lake.lake import Lake, open_lake
from store_matching.lake.released import Release, open_release
from store_matching.lake.settings import LakeSettings, lake_settings

__all__ = [
    "Lake",
    "LakeError",
    "LakeSettings",
    "Release",
    "lake_settings",
    "load_extensions",
    "open_lake",
    "open_release",
]
