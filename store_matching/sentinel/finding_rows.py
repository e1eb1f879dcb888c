"""Findings as an Arrow table: what the dbt model orphan_files returns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from store_matching.sentinel.types import Finding, FindingClass, Severity

MOMENT = pa.timestamp("us")
SCHEMA = pa.schema(
    [
        ("finding_id", pa.string()),
        ("table_name", pa.string()),
        ("finding_class", pa.string()),
        ("severity", pa.string()),
        ("file_path", pa.string()),
        ("size_bytes", pa.int64()),
        ("modified_at", MOMENT),
        ("source_system", pa.string()),
        ("batch_id", pa.string()),
        ("batch_window_start", MOMENT),
        ("batch_evidence", pa.string()),
        ("row_count", pa.int64()),
        ("live_key_count", pa.int64()),
        ("cause", pa.string()),
        ("evidence", pa.string()),
        ("first_seen_at", MOMENT),
        ("confirmed_at", MOMENT),
        ("recommended_action", pa.string()),
        ("table_owner", pa.string()),
    ]
)


def scanned_rows() -> pa.Table:
    """Scan the watched tables and return one row per finding, columns as in SCHEMA; times are UTC.

    The lake is that of the environment, as for profiles.yml; without one there is nothing to find.
    A table that cannot be judged is a row of class 'unreadable' whose path is the table's name.
    """
    # A procedure of Snowflake, which takes its rows from below, has no DuckDB to import.
    from store_matching.lake.lake import open_lake
    from store_matching.lake.settings import is_without_lake
    from store_matching.sentinel.scan_all import scan_lake

    if is_without_lake():
        return SCHEMA.empty_table()
    scan = scan_lake(open_lake())
    return pa.Table.from_pylist(rows_of(scan.findings, scan.failures, scan.at), schema=SCHEMA)


def rows_of(findings: Iterable[Finding], failures: dict[str, str], at: datetime) -> list[dict]:
    """Return findings, and tables that could not be judged with the reason, as rows with the columns of SCHEMA."""
    failed = [
        Finding(
            table,
            FindingClass.UNREADABLE,
            file_path=table,
            evidence=f"the table could not be judged: {reason}",
            recommended_action="mend what the evidence says and scan again",
            severity_given=Severity.WARNING,
            first_seen_at=at,
            confirmed_at=at,
        )
        for table, reason in failures.items()
    ]
    return [_row(finding) for finding in [*findings, *failed]]


def _row(finding: Finding) -> dict:
    own = {name: getattr(finding, name) for name in SCHEMA.names if hasattr(finding, name)}
    named = {
        "finding_class": str(finding.finding_class),
        "severity": str(finding.severity),
        "cause": None if finding.cause is None else str(finding.cause),
        "batch_id": finding.batch.batch_id,
        "batch_window_start": finding.batch.window_start,
        "batch_evidence": finding.batch.evidence,
        "table_owner": finding.owner or None,
    }
    return own | named
