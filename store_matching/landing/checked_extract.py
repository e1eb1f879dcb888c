"""Read one extract and judge its rows: the part of a load that does not depend on where the rows go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa

from store_matching.landing.columns import EXTRACT_COLUMNS
from store_matching.landing.errors import ExtractError
from store_matching.landing.extract import Extract
from store_matching.landing.load_result import ReasonCount
from store_matching.landing.validation import checked_rows_sql, ignored_values_sql, refused_rows_sql

TEMPORARY_TABLES = ("extract_rows", "unreadable_rows", "refused_rows", "ignored_values")


@contextmanager
def checked_extract(connection: duckdb.DuckDBPyConnection, extract: Extract) -> Iterator[None]:
    """Hold the extract's rows in temporary tables of the connection: those that `validation` names.

    `unreadable_rows` are the refused rows that are no records; they are among `refused_rows` too.
    Raises ExtractError where the file turns out to be unreadable.
    """
    zone = connection.execute("select current_setting('TimeZone')").fetchone()[0]
    connection.execute("set TimeZone = 'UTC'")
    try:
        _read(connection, extract)
        connection.execute(refused_rows_sql(extract))
        connection.execute("insert into refused_rows by name select * from unreadable_rows")
        connection.execute(checked_rows_sql())
        connection.execute(ignored_values_sql(extract))
        yield
    finally:
        connection.execute("drop view if exists temp.checked_rows")
        for table in TEMPORARY_TABLES:
            connection.execute(f"drop table if exists temp.{table}")
        connection.execute("set TimeZone = ?", [zone])


def extract_counts(connection: duckdb.DuckDBPyConnection, extract: Extract) -> dict[str, Any]:
    """Return what a `LoadResult` says about the rows of the extract that `checked_extract` holds."""
    rejected = count_rows(connection, "refused_rows")
    return {
        "rows_read": extract.rows_counted,
        "rows_accepted": extract.rows_counted - rejected,
        "rows_rejected": rejected,
        "values_repaired": count_rows(connection, "ignored_values where action = 'repaired'"),
        "values_set_to_missing": count_rows(connection, "ignored_values where action = 'set to missing'"),
        "rejections": _reasons(connection, "refused_rows"),
        "ignored": _reasons(connection, "ignored_values"),
        "absent_columns": tuple(c.name for c in EXTRACT_COLUMNS if c.name not in extract.columns),
        "warnings": tuple(extract.warnings),
    }


def count_rows(connection: duckdb.DuckDBPyConnection, rows: str, *parameters: str) -> int:
    """Return the number of rows of a relation, with a condition where `rows` holds one."""
    return connection.execute(f"select count(*) from {rows}", list(parameters)).fetchone()[0]


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


def _reasons(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[ReasonCount, ...]:
    """Count the reasons; row numbers and lengths in them become '…', so that equal causes are one line."""
    found = connection.execute(
        f"""select column_name, regexp_replace(reason, '(row |\\()\\d+', '\\1…') as cause,
                count(*) as row_count
            from temp.{table} group by all order by row_count desc, column_name, cause"""
    ).fetchall()
    return tuple(ReasonCount(*row) for row in found)
