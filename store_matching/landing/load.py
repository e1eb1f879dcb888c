"""Load one extract file into the RAW landing tables of a DuckDB database, as one batch in one transaction."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import duckdb

from store_matching.landing.batch import (
    Batch,
    content_digest,
    default_batch,
    is_loaded,
    latest_batch_id,
    now,
)
from store_matching.landing.checked_extract import checked_extract, count_rows, extract_counts
from store_matching.landing.columns import EXTRACT_COLUMNS, SOURCES
from store_matching.landing.extract import Extract
from store_matching.landing.landing_tables import create_landing_tables
from store_matching.landing.load_result import LoadResult, RowAccountingError
from store_matching.landing.mapping import HeaderMapping
from store_matching.landing.open_extract import open_extract


def load_extract(
    connection: duckdb.DuckDBPyConnection,
    source_system: str,
    path: Path,
    *,
    mapping: HeaderMapping | None = None,
    encoding: str | None = None,
    batch_id: str | None = None,
    window_start: datetime | None = None,
) -> LoadResult:
    """Append one CSV or Parquet extract to RAW and return what became of its rows.

    connection:    DuckDB connection outside a transaction; missing landing tables are made
    source_system: 'GI' or 'TH'
    batch_id:      a batch of this id that has landed before is not loaded again. Without it the batch is
                   named by window and content, and a file equal to the source's newest batch is not loaded
    window_start:  UTC start of the window the batch stands for; now when it is not given
    Raises ExtractError when the file as a whole cannot be read (nothing is loaded then), RowAccountingError
    when the rows do not add up.
    """
    started = time.perf_counter()
    mapping = mapping or HeaderMapping()
    extract = open_extract(path, mapping, encoding)
    create_landing_tables(connection)
    batch, is_known = _batch_of(
        connection,
        source_system,
        batch_id,
        window_start or now(),
        lambda: content_digest(path, mapping, encoding),
    )
    if is_known:
        seconds = time.perf_counter() - started
        return LoadResult(source_system, path, batch, already_loaded=True, seconds=seconds)
    with checked_extract(connection, extract):
        _land(connection, source_system, path, batch, extract)
        counts = extract_counts(connection, extract)
    return LoadResult(source_system, path, batch, **counts, seconds=time.perf_counter() - started)


def _batch_of(connection, source_system, batch_id, window_start, digest_of) -> tuple[Batch, bool]:
    if batch_id is not None:
        return Batch(batch_id, window_start), is_loaded(connection, source_system, batch_id)
    digest = digest_of()
    latest = latest_batch_id(connection, source_system)
    if latest is not None and latest.endswith(f"-{digest}"):
        return Batch(latest, window_start), True
    return default_batch(window_start, digest), False


def _land(
    connection: duckdb.DuckDBPyConnection, source_system: str, path: Path, batch: Batch, extract: Extract
) -> None:
    stamps = {
        "source": source_system,
        "file": path.name,
        "batch": batch.batch_id,
        "window": batch.window_start,
        "now": now(),
    }
    raw_columns = ", ".join(column.raw_column for column in EXTRACT_COLUMNS)
    columns = ", ".join(column.name for column in EXTRACT_COLUMNS)
    connection.execute("begin transaction")
    try:
        connection.execute(
            f"""insert into {SOURCES[source_system]} ({raw_columns}, batch_id, batch_window_start, loaded_at)
                select {columns}, $batch, $window, $now from checked_rows""",
            {name: stamps[name] for name in ("batch", "window", "now")},
        )
        stamps.pop("window")
        for table, extra in (("rejected_rows", ""), ("ignored_values", "action, ")):
            rows = "refused_rows" if table == "rejected_rows" else table
            connection.execute(
                f"""insert into raw.{table} (
                        source_system, batch_id, source_file, row_number,
                        column_name, value, reason, {extra}loaded_at
                    )
                    select $source, $batch, $file, record_number, column_name, value, reason, {extra}$now
                    from temp.{rows} order by record_number""",
                stamps,
            )
        _check_accounts(connection, source_system, batch, extract)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def _check_accounts(connection: duckdb.DuckDBPyConnection, source_system: str, batch: Batch, extract: Extract) -> None:
    """Compare what has landed with what the reader counted. Raises RowAccountingError when they differ."""
    accepted = count_rows(connection, f"{SOURCES[source_system]} where batch_id = ?", batch.batch_id)
    rejected = count_rows(
        connection,
        "raw.rejected_rows where batch_id = ? and source_system = ?",
        batch.batch_id,
        source_system,
    )
    if accepted + rejected != extract.rows_counted:
        raise RowAccountingError(
            f"{extract.path}: {extract.rows_counted} rows read, but {accepted} accepted and {rejected} rejected"
        )
