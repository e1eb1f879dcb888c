"""What is checked and said of a batch wherever it lands: in the lake or in Snowflake."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from store_matching.landing.batch import Batch
from store_matching.landing.checked_extract import count_rows, extract_counts
from store_matching.landing.errors import ExtractError
from store_matching.landing.extract import Extract
from store_matching.landing.landed_batches import LandedBatch
from store_matching.landing.load_result import FullCounts, RowAccountingError


def checked_counts(connection: duckdb.DuckDBPyConnection, extract: Extract, *, is_full: bool) -> dict[str, Any]:
    """Return `extract_counts` of the extract that `checked_extract` holds.

    Raises RowAccountingError when the rows do not add up, ExtractError when a full extract holds none.
    """
    counts = extract_counts(connection, extract)
    accepted, rejected = count_rows(connection, "checked_rows"), counts["rows_rejected"]
    if accepted + rejected != counts["rows_read"]:
        raise RowAccountingError(
            f"{extract.path}: {counts['rows_read']} rows read, but {accepted} accepted and {rejected} rejected"
        )
    if is_full and not counts["rows_read"]:
        raise ExtractError(
            "the full extract holds no row: every store would be marked as deleted",
            file=extract.path,
            action="check the extract; if the source is empty, load a delta of rows with is_deleted = true",
        )
    return counts


def batch_warnings(batch: Batch, full: FullCounts | None, others: Iterable[LandedBatch]) -> tuple[str, ...]:
    """Return what a person should know of a batch that has landed.

    full:   what the batch changed, None of a delta
    others: batches of the same source that had landed before
    """
    warnings = []
    if full is not None and full.withheld:
        warnings.append(
            f"{full.withheld:,} stores are not in the extract but were kept: rejected rows without a usable id "
            "may be any of them; mend those rows and load the full extract again"
        )
    later = sorted(b.window_start for b in others if b.kind == "full" and b.window_start > batch.window_start)
    if later:
        warnings.append(
            f"the full extract of window {later[0].isoformat()} is loaded already and did not know this batch: what "
            "this one adds, changes or deletes overrides it for stores that it did not name or found unchanged; load "
            "that extract again under another --batch-id to restore it"
        )
    return tuple(warnings)


def command_to_repeat(source_system: str, batch: Batch, path: Path, *, is_full: bool, target: str = "duckdb") -> str:
    """Return the command that loads a batch again under its id, whatever the file's mapping."""
    options = [] if target == "duckdb" else ["--target", target]
    options += ["--source", source_system.lower(), "--window", batch.window_start.isoformat()]
    options += ["--batch-id", batch.batch_id, *(["--full"] if is_full else []), str(path)]
    return f"scripts/load_batch.py {shlex.join(options)} (with the same --map and --encoding, if any)"
