"""Load one extract file into the RAW landing tables, as one batch in one transaction."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from store_matching.landing.batch import (
    Batch,
    content_digest,
    default_batch,
    is_loaded,
    latest_batch_id,
    now,
)
from store_matching.landing.columns import EXTRACT_COLUMNS, SOURCES
from store_matching.landing.errors import ExtractError
from store_matching.landing.extract import Extract
from store_matching.landing.landing_tables import create_landing_tables
from store_matching.landing.mapping import HeaderMapping
from store_matching.landing.open_extract import open_extract
from store_matching.landing.validation import checked_rows_sql, ignored_values_sql, refused_rows_sql

TEMPORARY_TABLES = ("extract_rows", "unreadable_rows", "refused_rows", "ignored_values")


class RowAccountingError(RuntimeError):
    """Rows were lost or doubled between the file and the landing tables. Nothing has been loaded."""


@dataclass(frozen=True)
class ReasonCount:
    """How often one reason occurred in one column; numbers inside the reason are left out."""

    column: str | None
    reason: str
    rows: int


@dataclass(frozen=True)
class LoadResult:
    """What became of one extract file.

    rows_read is rows_accepted + rows_rejected. already_loaded: the batch was there before, nothing was
    changed, and every count is 0. seconds: wall clock of the load.
    """

    source_system: str
    file: Path
    batch: Batch
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    values_repaired: int = 0
    values_set_to_missing: int = 0
    rejections: tuple[ReasonCount, ...] = ()
    ignored: tuple[ReasonCount, ...] = ()
    absent_columns: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    already_loaded: bool = False
    seconds: float = 0.0


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
    with _temporary_tables(connection):
        _read(connection, extract)
        connection.execute(refused_rows_sql(extract))
        connection.execute("insert into refused_rows by name select * from unreadable_rows")
        connection.execute(checked_rows_sql())
        connection.execute(ignored_values_sql(extract))
        _land(connection, source_system, path, batch, extract)
        rejected = _count(connection, "refused_rows")
        return LoadResult(
            source_system,
            path,
            batch,
            rows_read=extract.rows_counted,
            rows_accepted=extract.rows_counted - rejected,
            rows_rejected=rejected,
            values_repaired=_count(connection, "ignored_values where action = 'repaired'"),
            values_set_to_missing=_count(connection, "ignored_values where action = 'set to missing'"),
            rejections=_reasons(connection, "refused_rows"),
            ignored=_reasons(connection, "ignored_values"),
            absent_columns=tuple(c.name for c in EXTRACT_COLUMNS if c.name not in extract.columns),
            warnings=tuple(extract.warnings),
            seconds=time.perf_counter() - started,
        )


def _batch_of(connection, source_system, batch_id, window_start, digest_of) -> tuple[Batch, bool]:
    if batch_id is not None:
        return Batch(batch_id, window_start), is_loaded(connection, source_system, batch_id)
    digest = digest_of()
    latest = latest_batch_id(connection, source_system)
    if latest is not None and latest.endswith(f"-{digest}"):
        return Batch(latest, window_start), True
    return default_batch(window_start, digest), False


@contextmanager
def _temporary_tables(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    zone = connection.execute("select current_setting('TimeZone')").fetchone()[0]
    connection.execute("set TimeZone = 'UTC'")
    try:
        yield
    finally:
        connection.execute("drop view if exists temp.checked_rows")
        for table in TEMPORARY_TABLES:
            connection.execute(f"drop table if exists temp.{table}")
        connection.execute("set TimeZone = ?", [zone])


def _read(connection: duckdb.DuckDBPyConnection, extract: Extract) -> None:
    """Make `extract_rows` and, of rows that are no records, `unreadable_rows`."""
    failures: list[ExtractError] = []

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from extract.batches
        except ExtractError as error:
            # DuckDB hands on an exception of its own: the clear one is kept aside.
            failures.append(error)
            raise

    reader = pa.RecordBatchReader.from_batches(extract.rows().schema, batches())
    try:
        connection.register("extract_reader", reader)
        connection.execute("create or replace temp table extract_rows as select * from extract_reader")
    except duckdb.Error:
        if failures:
            raise failures[0] from None
        raise
    finally:
        connection.unregister("extract_reader")
    unreadable = pa.table(
        {
            "record_number": pa.array([row.record_number for row in extract.refused], pa.int64()),
            "column_name": pa.array([row.column for row in extract.refused], pa.string()),
            "value": pa.array([row.value for row in extract.refused], pa.string()),
            "reason": pa.array([row.reason for row in extract.refused], pa.string()),
        }
    )
    connection.register("unreadable_reader", unreadable)
    connection.execute("create or replace temp table unreadable_rows as select * from unreadable_reader")
    connection.unregister("unreadable_reader")


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
    accepted = _count(connection, f"{SOURCES[source_system]} where batch_id = ?", batch.batch_id)
    rejected = _count(
        connection,
        "raw.rejected_rows where batch_id = ? and source_system = ?",
        batch.batch_id,
        source_system,
    )
    if accepted + rejected != extract.rows_counted:
        raise RowAccountingError(
            f"{extract.path}: {extract.rows_counted} rows read, but {accepted} accepted and {rejected} rejected"
        )


def _count(connection: duckdb.DuckDBPyConnection, rows: str, *parameters: str) -> int:
    return connection.execute(f"select count(*) from {rows}", list(parameters)).fetchone()[0]


def _reasons(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[ReasonCount, ...]:
    """Count the reasons; row numbers and lengths in them become '…', so that equal causes are one line."""
    found = connection.execute(
        f"""select column_name, regexp_replace(reason, '(row |\\()\\d+', '\\1…') as cause,
                count(*) as row_count
            from temp.{table} group by all order by row_count desc, column_name, cause"""
    ).fetchall()
    return tuple(ReasonCount(*row) for row in found)
