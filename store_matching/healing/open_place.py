"""Where a script's request or label goes: to the lake, or with --target snowflake to Snowflake."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from store_matching.errors import LakeError
from store_matching.healing.lake_place import LakePlace

if TYPE_CHECKING:
    from store_matching.healing.snowflake_place import SnowflakePlace

QUERY_TAG = "store_matching"


def add_place_options(parser: argparse.ArgumentParser) -> None:
    """Add --target and --lake."""
    parser.add_argument("--target", choices=("duckdb", "snowflake"), default="duckdb", help="default: duckdb, the lake")
    parser.add_argument("--lake", metavar="ROOT", help="folder or s3://bucket/prefix (default: STORE_MATCHING_LAKE)")


def open_place(arguments: argparse.Namespace, *, role: str, warehouse: str) -> LakePlace | SnowflakePlace:
    """Return the place that the options of `add_place_options` name, with its active release.

    role, warehouse: of Snowflake, where SNOWFLAKE_ROLE and SNOWFLAKE_WAREHOUSE are not set
    Raises LakeError where it cannot be reached or nothing is released.
    """
    if arguments.target == "duckdb":
        return LakePlace(arguments.lake)
    if arguments.lake:
        raise LakeError("--lake names DuckDB's lake\n  what to do: name one of --lake and --target snowflake")
    # Slow to load, and the lake needs nothing of it.
    from store_matching.healing.snowflake_place import SnowflakePlace
    from store_matching.operations.snowflake_session import open_snowflake

    return SnowflakePlace(open_snowflake(QUERY_TAG, role=role, warehouse=warehouse))
