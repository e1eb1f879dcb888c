"""Windows of a schedule that a table does not hold: no file at all, or a file that is lost, detached or unreadable."""

from __future__ import annotations

import shlex
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from store_matching.sentinel.scan import TableScan
from store_matching.sentinel.types import Batch, Cause, Finding, FindingClass, Severity

# A gap of this many windows is the end of a schedule, not single batches that are missing.
MOST_WINDOWS = 10_000


@dataclass(frozen=True)
class _Schedule:
    scan: TableScan
    landed: frozenset[datetime]

    @cached_property
    def in_order(self) -> list[datetime]:
        """Windows that have landed, the earliest first."""
        return sorted(self.landed)

    @cached_property
    def files_of(self) -> dict[datetime, list[Finding]]:
        """Findings of files by the window of their batch."""
        found: dict[datetime, list[Finding]] = {}
        for finding in self.scan.findings:
            if finding.file_path and finding.batch.window_start is not None:
                found.setdefault(finding.batch.window_start, []).append(finding)
        return found


def find_gaps(scans: Iterable[TableScan], now: datetime) -> list[Finding]:
    """Return one finding per window that has no batch in main and whose batch should have arrived by `now`.

    The first window is the first that landed: what came before the table was watched is not known.
    """
    schedules = [
        _Schedule(scan, scan.landed) for scan in scans if scan.watched.window_minutes and scan.watched.role == "landing"
    ]
    findings = []
    for schedule in schedules:
        if not schedule.landed:
            continue
        watched = schedule.scan.watched
        step = timedelta(minutes=watched.window_minutes or 0)
        newest = max(
            max(other.landed)
            for other in schedules
            if other.landed and other.scan.watched.window_minutes == watched.window_minutes
        )
        due = now - step - timedelta(minutes=watched.arrival_minutes)
        last = due if watched.gaps_until == "now" else min(newest, due)
        window = min(schedule.landed) + step
        for _ in range(MOST_WINDOWS):
            if window > last:
                break
            if window not in schedule.landed:
                findings.append(_gap(schedule, window, newest, now))
            window += step
    return findings


def _gap(schedule: _Schedule, window: datetime, newest: datetime, now: datetime) -> Finding:
    scan = schedule.scan
    watched = scan.watched
    files = schedule.files_of.get(window, [])
    explaining = [found for found in files if found.cause is not None]
    following = bisect_right(schedule.in_order, window)
    after = schedule.in_order[following] if following < len(schedule.in_order) else None
    neighbour = (
        f"window {after:%Y-%m-%d %H:%M} is there" if after else f"the schedule stands at {newest:%Y-%m-%d %H:%M}"
    )
    if explaining:
        first = explaining[0]
        evidence = f"{neighbour}; its file lies in storage as {first.finding_class}: {first.file_path}"
        cause, action, severity = first.cause, first.recommended_action, Severity.INFO
    elif any(found.finding_class == FindingClass.IN_FLIGHT for found in files):
        evidence, cause, severity = f"{neighbour}; a file of it is being written", None, Severity.INFO
        action = "none: the next scan looks again"
    else:
        evidence, cause, severity = f"{neighbour}; no file of this window lies in storage", Cause.NEVER_ARRIVED, None
        options = ["--apply", *watched.options, "--window", window.isoformat()]
        action = f"python scripts/recover_batch.py {shlex.join(options)}"
    return Finding(
        watched.table_name,
        FindingClass.GAP,
        batch=Batch(
            files[0].batch.batch_id if files else None, window, f"schedule of {watched.window_minutes} minutes"
        ),
        cause=cause,
        evidence=evidence,
        recommended_action=action,
        severity_given=severity,
        table_uuid=str(scan.table.metadata.table_uuid),
        source_system=watched.source_system or None,
        owner=watched.owner,
        confirmed_at=now,
    )
