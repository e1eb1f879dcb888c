"""One spelling per file: `file:/x`, `file:///x`, `//x` and `/x/./y` name one file, and so do s3, s3a and s3n.

Both sides of every comparison go through one SQL expression, and single paths through its twin in Python, which a
test compares with it. Percent signs are taken as they stand: Iceberg
writers put escaped partition values into paths literally, in metadata and in storage alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

SCHEME = re.compile(r"^s3[an]?:/+")
LOCAL = re.compile(r"^file:(//localhost)?/*")
DOTS = re.compile(r"/(\./)+")
WILDCARDS = re.compile(r"[*?[]")
SLASHES = re.compile(r"(^|[^:/])/{2,}")


def canonical_sql(column: str) -> str:
    """Return the SQL of the canonical form of a path column: an absolute path, or `s3://bucket/key`."""
    scheme = f"regexp_replace({column}, '^s3[an]?:/+', 's3://')"
    local = f"regexp_replace({scheme}, '^file:(//localhost)?/*', '/')"
    slashes = f"regexp_replace(regexp_replace({local}, '/(\\./)+', '/', 'g'), '(^|[^:/])/{{2,}}', '\\1/', 'g')"
    # Nearly every path is canonical already, and looking costs a twentieth of replacing.
    odd = f"contains({column}, '//') or contains({column}, '/./') or not starts_with({column}, '/')"
    plain_s3 = f"starts_with({column}, 's3://') and not contains({column}[5:], '//') and not contains({column}, '/./')"
    return f"case when {plain_s3} or not ({odd}) then {column} else {slashes} end"


def canonical_path(path: str) -> str:
    """Return the canonical form of one path: what `canonical_sql` gives, without a query."""
    if path.startswith("/") and "//" not in path and "/./" not in path:
        return path
    path = SCHEME.sub("s3://", path, count=1)
    path = LOCAL.sub("/", path, count=1)
    return SLASHES.sub(r"\1/", DOTS.sub("/", path))


def given_path(text: str) -> str:
    """Return the canonical form of a path that somebody gives on a command line, where it may be of this folder."""
    return canonical_path(text if text.startswith("/") or ":/" in text else str(Path(text).resolve()))


def canonical_paths(paths: Iterable[str]) -> list[str]:
    """Return the canonical form of each path."""
    return [canonical_path(path) for path in paths]


def folder_of(location: str) -> str:
    """Return the canonical path of a folder, with one slash at its end."""
    return canonical_path(location).rstrip("/") + "/"


def duckdb_path(path: str) -> str:
    """Return a path as DuckDB's readers of files take it: `readable_path` with the characters escaped that they would
    match with other files' names. What they call the file is its `readable_path`.
    """
    return WILDCARDS.sub(r"[\g<0>]", readable_path(path))


def readable_path(path: str) -> str:
    """Return a path as pyarrow opens it: canonical when local, only the scheme changed in an object store."""
    if path.startswith(("s3://", "s3a://", "s3n://")):
        return "s3://" + path.split("://", 1)[1]
    return canonical_path(path)
