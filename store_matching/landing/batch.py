"""Which batch a file is, and whether it has been loaded already."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from store_matching.landing.columns import SOURCES
from store_matching.landing.mapping import HeaderMapping

DIGEST_CHARACTERS = 16
FULL_SUFFIX = "-full"


@dataclass(frozen=True)
class Batch:
    """One delivery of one source: its id and the start of its time window (UTC, without zone)."""

    batch_id: str
    window_start: datetime


def now() -> datetime:
    """Return the time in UTC, without zone, as the landing tables keep it."""
    return datetime.now(UTC).replace(tzinfo=None)


def content_digest(path: Path, mapping: HeaderMapping, encoding: str | None) -> str:
    """Return a short hash of the file and of how it is read: another mapping makes other rows."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(json.dumps([dict(sorted(mapping.headers.items())), encoding]).encode())
    return digest.hexdigest()[:DIGEST_CHARACTERS]


def default_batch(window_start: datetime, digest: str) -> Batch:
    """Return a batch named by its window and its content."""
    return Batch(f"{window_start:%Y%m%dT%H%M%S.%f}-{digest}", window_start)


def default_batch_id(window_start: datetime, digest: str, *, is_full: bool) -> str:
    """Return the id of a file's batch: window, content and whether it is a full extract."""
    return default_batch(window_start, digest).batch_id + (FULL_SUFFIX if is_full else "")


def is_loaded(connection: duckdb.DuckDBPyConnection, source_system: str, batch_id: str) -> bool:
    """Return whether any row of this batch has landed, kept or refused."""
    found = connection.execute(
        f"""select exists (select 1 from {SOURCES[source_system]} where batch_id = $batch)
            or exists (
                select 1 from raw.rejected_rows where batch_id = $batch and source_system = $source
            )""",
        {"batch": batch_id, "source": source_system},
    ).fetchone()
    return bool(found[0])


def latest_batch_id(connection: duckdb.DuckDBPyConnection, source_system: str) -> str | None:
    """Return the id of the source's newest batch, by its window."""
    found = connection.execute(
        f"""select batch_id
            from (
                select batch_id, batch_window_start, loaded_at from {SOURCES[source_system]}
            )
            order by batch_window_start desc, loaded_at desc
            limit 1"""
    ).fetchone()
    return None if found is None else found[0]
