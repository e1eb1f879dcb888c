"""What the dbt model orphan_files returns on Snowflake: a Snowpark DataFrame, one row per finding."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from store_matching.errors import LakeError
from store_matching.sentinel.finding_rows import MOMENT, SCHEMA, rows_of
from store_matching.sentinel.snowflake_table import Execute
from store_matching.sentinel.snowpark.scan_stage import scan_stage
from store_matching.sentinel.watched import COLUMNS, SNOWFLAKE_CATALOG, watched_tables

if TYPE_CHECKING:
    from snowflake.snowpark import DataFrame, Session


def session_execute(session: Session) -> Execute:
    """Return what runs statements in the session. The one thing that Snowpark's local testing cannot do: tests put
    their own in its place, with the rows that Snowflake documents for LIST, DESC STAGE and SYSTEM$GET_ICEBERG_….
    """
    return lambda sql: [tuple(row) for row in session.sql(sql).collect()]


def read_staged(path: str) -> bytes:
    """Return the bytes of a staged file; the role of the caller has to have READ, of an external stage USAGE."""
    from snowflake.snowpark.files import SnowflakeFile

    with SnowflakeFile.open(path, "rb", require_scoped_url=False) as file:
        return bytes(file.readall())


def scanned_dataframe(session: Session, declared: DataFrame, procedure: str = "") -> DataFrame:
    """Scan the tables of catalog snowflake that the seed watched_locations declares with a stage.

    declared:  the seed
    procedure: of the owner's, which says where the metadata of its tables lies, such as RAW.ICEBERG_TABLE_INFORMATION;
               the owner asks Snowflake itself
    Returns columns as in `finding_rows.SCHEMA`; a table that cannot be judged is a row of class 'unreadable'.
    Raises LakeError when a row of the seed cannot be used.
    """
    at = datetime.now(UTC).replace(tzinfo=None)
    execute = session_execute(session)
    findings, failures = [], {}
    for watched in watched_tables(Path("watched_locations"), _declarations(declared)):
        if watched.catalog != SNOWFLAKE_CATALOG or watched.stage is None:
            continue
        try:
            findings += scan_stage(watched, execute, read_staged, at, procedure)
        except LakeError as error:
            failures[watched.table_name] = str(error)
    rows = rows_of([finding.with_(first_seen_at=at) for finding in findings], failures, at)
    return session.create_dataframe([[row[name] for name in SCHEMA.names] for row in rows], _schema())


def _declarations(declared: DataFrame) -> list[dict[str, str]]:
    """The seed as it reads in its file: empty where a value is missing."""
    rows = declared.select(*COLUMNS).collect()
    return [
        {name: "" if value is None else str(value) for name, value in zip(COLUMNS, row, strict=True)} for row in rows
    ]


def _schema() -> object:
    from snowflake.snowpark.types import (
        LongType,
        StringType,
        StructField,
        StructType,
        TimestampTimeZone,
        TimestampType,
    )

    def kind(field: object) -> object:
        if field.type == MOMENT:
            return TimestampType(TimestampTimeZone.NTZ)
        return StringType() if str(field.type) == "string" else LongType()

    # Unquoted names, which Snowflake writes in capitals: a pandas table would keep them small, and quoted for ever.
    return StructType([StructField(field.name, kind(field)) for field in SCHEMA])
