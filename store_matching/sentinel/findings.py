"""Findings in OPS.sentinel_findings: one row per file or window for as long as OPS lives, seen, confirmed, resolved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from store_matching.ops.registry import who
from store_matching.ops.store import TIME_FORMAT, OpsStore, timestamp
from store_matching.sentinel.types import Finding, FindingClass

RECOVERED = "recovered"
# Columns that a scan writes anew.
SEEN_COLUMNS = (
    "table_name",
    "finding_class",
    "file_path",
    "batch_id",
    "batch_window_start",
    "severity",
    "evidence",
    "recommended_action",
    "source_system",
    "table_owner",
    "cause",
    "size_bytes",
    "modified_at",
    "batch_evidence",
    "row_count",
    "live_key_count",
    "last_seen_at",
)


def first_seen(ops: OpsStore) -> dict[str, datetime]:
    """Return when each file of an open finding was first seen."""
    rows = ops.rows(
        "select file_path, first_seen_at from sentinel_findings where file_path is not null and resolved_at is null"
    )
    return {row["file_path"]: datetime.strptime(row["first_seen_at"], TIME_FORMAT) for row in rows}


def known_duplicates(ops: OpsStore) -> dict[str, int]:
    """Return, by path, the current snapshot of the table when a scan last found all rows of the file in it."""
    rows = ops.rows(
        """select file_path, duplicate_at_snapshot from sentinel_findings
           where file_path is not null and duplicate_at_snapshot is not null"""
    )
    return {row["file_path"]: row["duplicate_at_snapshot"] for row in rows}


def keep_findings(
    ops: OpsStore, findings: Iterable[Finding], scanned_tables: Iterable[str], now: datetime
) -> list[Finding]:
    """Bring OPS to what a scan found; return the findings with the moments that OPS knows.

    scanned_tables: tables whose open findings are resolved where this scan found nothing of them
    """
    found = {finding.finding_id: finding for finding in findings}
    moment = timestamp(now)
    kept = []
    with ops.transaction() as connection:
        for number, finding in found.items():
            row = connection.execute("select * from sentinel_findings where finding_id = ?", (number,)).fetchone()
            values = _values(finding, moment)
            if row is None:
                values |= {"finding_id": number, "first_seen_at": moment, "class_seen_at": moment}
                connection.execute(
                    f"insert into sentinel_findings ({', '.join(values)}) values ({', '.join('?' for _ in values)})",
                    tuple(values.values()),
                )
                first, confirmed, class_seen = now, values["confirmed_at"], moment
            else:
                confirmed = row["confirmed_at"] or values["confirmed_at"]
                # OPS of an older version does not say since when: then it counts from now.
                class_seen = row["class_seen_at"] or moment
                if row["finding_class"] != finding.finding_class or row["resolved_at"] is not None:
                    confirmed, class_seen = values["confirmed_at"], moment
                values |= {"confirmed_at": confirmed, "resolved_at": None, "resolution": None}
                values |= {"class_seen_at": class_seen}
                assigned = ", ".join(f"{name} = ?" for name in values)
                connection.execute(
                    f"update sentinel_findings set {assigned} where finding_id = ?", (*values.values(), number)
                )
                first = datetime.strptime(row["first_seen_at"], TIME_FORMAT)
            kept.append(
                finding.with_(first_seen_at=first, confirmed_at=_moment(confirmed), class_seen_at=_moment(class_seen))
            )
        for table in sorted(set(scanned_tables)):
            rows = connection.execute(
                "select finding_id, finding_class from sentinel_findings where table_name = ? and resolved_at is null",
                (table,),
            ).fetchall()
            gone = [
                (moment, _resolution(row["finding_class"]), row["finding_id"])
                for row in rows
                if row["finding_id"] not in found
            ]
            connection.executemany(
                """update sentinel_findings set resolved_at = ?, resolution = coalesce(action_taken, ?)
                   where finding_id = ?""",
                gone,
            )
    return kept


def record_action(ops: OpsStore, finding: Finding, action: str, now: datetime, *, is_resolved: bool = True) -> None:
    """Record what was done about a finding, which OPS may not have seen yet."""
    moment = timestamp(now)
    values = _values(finding, moment)
    with ops.transaction() as connection:
        known = connection.execute(
            "select 1 from sentinel_findings where finding_id = ?", (finding.finding_id,)
        ).fetchone()
        if known is None:
            values |= {"finding_id": finding.finding_id, "first_seen_at": moment, "class_seen_at": moment}
            connection.execute(
                f"insert into sentinel_findings ({', '.join(values)}) values ({', '.join('?' for _ in values)})",
                tuple(values.values()),
            )
        connection.execute(
            """update sentinel_findings set action_taken = ?, action_taken_at = ?, action_taken_by = ?,
               resolved_at = ?, resolution = ? where finding_id = ?""",
            (
                action,
                moment,
                who(),
                moment if is_resolved else None,
                action if is_resolved else None,
                finding.finding_id,
            ),
        )


def record_restored(ops: OpsStore, finding_id: str, action: str, now: datetime) -> None:
    """Record that what was done about a finding was undone: it is open again, and its class counts from now."""
    with ops.transaction() as connection:
        connection.execute(
            """update sentinel_findings set action_taken = ?, action_taken_at = ?, action_taken_by = ?,
               resolved_at = null, resolution = null, class_seen_at = ? where finding_id = ?""",
            (action, timestamp(now), who(), timestamp(now), finding_id),
        )


def _values(finding: Finding, moment: str) -> dict[str, Any]:
    batch = finding.batch
    given = (
        finding.table_name,
        finding.finding_class,
        finding.file_path,
        batch.batch_id,
        _text(batch.window_start),
        finding.severity,
        finding.evidence,
        finding.recommended_action,
        finding.source_system,
        finding.owner,
        finding.cause,
        finding.size_bytes,
        _text(finding.modified_at),
        batch.evidence,
        finding.row_count,
        finding.live_key_count,
        moment,
    )
    plain = [str(value) if isinstance(value, str) else value for value in given]
    values = dict(zip(SEEN_COLUMNS, plain, strict=True)) | {"confirmed_at": _text(finding.confirmed_at)}
    if finding.finding_class == FindingClass.DUPLICATE and finding.snapshot_id is not None:
        # Kept when the class changes: rows of a duplicate that are missing later were deleted.
        values["duplicate_at_snapshot"] = finding.snapshot_id
    return values


def _resolution(finding_class: str) -> str:
    if finding_class == FindingClass.IN_FLIGHT:
        return "committed, or removed by its writer"
    if finding_class == FindingClass.GAP:
        return "the window has landed"
    return "as it should be again"


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.strptime(text, TIME_FORMAT)
