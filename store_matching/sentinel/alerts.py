"""Alerts: what is missing, which window, since when, what to do, by which command. Told once, and again on change."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from store_matching.ops.store import OpsStore, timestamp
from store_matching.sentinel.types import SEVERITIES, Finding, FindingClass, Severity

WEBHOOK_VARIABLE = "STORE_MATCHING_ALERT_WEBHOOK"
WEBHOOK_SECONDS = 10
WEBHOOK_TRIES = 3
WEBHOOK_WAIT_SECONDS = 1.0
# A claim to send that is older is that of a process that has ended.
CLAIM = timedelta(minutes=1)
RESOLVED = "resolved"
HEADLINES = {
    FindingClass.LOST_BATCH: "A batch is missing from {table}",
    FindingClass.PARTLY_DUPLICATE: "A part of a batch is missing from {table}",
    FindingClass.DETACHED_SNAPSHOT: "A committed batch is no longer in {table}",
    FindingClass.DANGLING_REFERENCE: "{table} names a file that is gone",
    FindingClass.UNREADABLE: "A file of {table} cannot be read",
    FindingClass.GAP: "A window is missing from {table}",
}


def alert_of(finding: Finding) -> dict[str, Any]:
    """Return the alert of a finding: `text` for people, the other entries for machines."""
    batch = finding.batch
    since = finding.modified_at or finding.first_seen_at
    return {
        "finding_id": finding.finding_id,
        "severity": str(finding.severity),
        "class": str(finding.finding_class),
        "table": finding.table_name,
        "source_system": finding.source_system,
        "batch_id": batch.batch_id,
        "window_start": None if batch.window_start is None else batch.window_start.isoformat(),
        "file": finding.file_path,
        "rows": finding.row_count,
        "rows_live": finding.live_key_count,
        "cause": None if finding.cause is None else str(finding.cause),
        "since": None if since is None else since.isoformat(timespec="seconds"),
        "first_seen": None if finding.first_seen_at is None else finding.first_seen_at.isoformat(timespec="seconds"),
        "owner": finding.owner,
        "text": text_of(finding),
        "what_to_do": finding.recommended_action,
    }


def text_of(finding: Finding) -> str:
    """Return the alert's text."""
    headline = HEADLINES.get(finding.finding_class, "A file of {table} is not as it should be")
    lines = [headline.format(table=finding.table_name) + f" ({finding.finding_class})"]
    batch = finding.batch
    if batch.window_start is not None:
        lines.append(
            f"  window: {batch.window_start:%Y-%m-%d %H:%M} UTC"
            + (f", batch {batch.batch_id}" if batch.batch_id else "")
        )
    elif batch.batch_id:
        lines.append(f"  batch: {batch.batch_id}")
    if finding.row_count is not None:
        missing = finding.row_count - (finding.live_key_count or 0)
        lines.append(f"  rows: {finding.row_count:,}, of which {missing:,} are missing")
    if finding.file_path:
        lines.append(f"  file: {finding.file_path}")
    since = finding.modified_at or finding.first_seen_at
    if since is not None:
        lines.append(f"  since: {since:%Y-%m-%d %H:%M:%S} UTC")
    if finding.cause is not None:
        lines.append(f"  cause: {finding.cause}")
    lines.append(f"  evidence: {finding.evidence}")
    lines.append(f"  what to do: {finding.recommended_action}")
    if finding.owner:
        lines.append(f"  owner: {finding.owner}")
    return "\n".join(lines)


def send_alerts(
    ops: OpsStore,
    findings: Iterable[Finding],
    senders: Iterable[Callable[[dict[str, Any]], None]],
    now: datetime,
    least: Severity = Severity.WARNING,
) -> list[dict[str, Any]]:
    """Send the alert of each confirmed finding that was not told yet, or has changed since; and of those resolved.

    senders: each gets an alert; what one of them raises is raised when the others had it, and the alert is sent again
             the next time
    least:   severity from which findings are told
    Two processes that send at once tell a finding once. What a process was sending when it ended is sent again by a
    pass that begins a minute later or more: rather twice than never.
    """
    senders = list(senders)
    sent, errors = [], []
    for finding in findings:
        if finding.confirmed_at is None or SEVERITIES.index(finding.severity) < SEVERITIES.index(least):
            continue
        state = f"{finding.finding_class}|{finding.severity}|{finding.row_count}|{finding.live_key_count}"
        _send_once(ops, finding.finding_id, state, alert_of(finding), senders, now, sent, errors)
    for row in ops.rows(
        f"""select finding_id, table_name, finding_class, resolution, file_path, batch_window_start
            from sentinel_findings
            where alerted_as is not null and alerted_as <> '{RESOLVED}' and resolved_at is not null"""
    ):
        what = row["file_path"] or f"window {row['batch_window_start']}"
        alert = {
            "finding_id": row["finding_id"],
            "severity": str(Severity.INFO),
            "class": row["finding_class"],
            "table": row["table_name"],
            "text": f"Resolved in {row['table_name']}: {what} ({row['resolution']})",
        }
        _send_once(ops, row["finding_id"], RESOLVED, alert, senders, now, sent, errors)
    if errors:
        raise errors[0]
    return sent


def _send_once(
    ops: OpsStore,
    finding_id: str,
    state: str,
    alert: dict[str, Any],
    senders: list[Callable[[dict[str, Any]], None]],
    now: datetime,
    sent: list[dict[str, Any]],
    errors: list[Exception],
) -> None:
    started = datetime.now(UTC).replace(tzinfo=None)
    with ops.transaction() as connection:
        row = connection.execute(
            "select alerted_as, sending_as, sending_at from sentinel_findings where finding_id = ?", (finding_id,)
        ).fetchone()
        if row is None or row["alerted_as"] == state:
            return
        if row["sending_as"] == state and row["sending_at"] > timestamp(started - CLAIM):
            return
        # Claimed while it is sent, so that no other process sends it too.
        connection.execute(
            "update sentinel_findings set sending_as = ?, sending_at = ? where finding_id = ?",
            (state, timestamp(started), finding_id),
        )
    failed = False
    for sender in senders:
        try:
            sender(alert)
        except Exception as error:
            failed = True
            errors.append(error)
    told = "" if failed else "alerted_as = sending_as, alerted_at = :now, "
    with ops.transaction() as connection:
        # Not where another process has claimed a later state meanwhile.
        connection.execute(
            f"""update sentinel_findings set {told}sending_as = null, sending_at = null
                where finding_id = :finding and sending_as = :state""",
            {"now": timestamp(now), "finding": finding_id, "state": state},
        )
    if not failed:
        sent.append(alert)


def webhook(url: str) -> Callable[[dict[str, Any]], None]:
    """Return a sender that posts each alert as JSON.

    It raises OSError when the receiver stays unreachable, does not answer as HTTP does, or the address is none. The
    error names the host only: the rest of such an address is a secret.
    """
    host = _host(url)

    def send(alert: dict[str, Any]) -> None:
        for tries_left in reversed(range(WEBHOOK_TRIES)):
            try:
                request = urllib.request.Request(
                    url, json.dumps(alert).encode(), {"Content-Type": "application/json"}, method="POST"
                )
                with urllib.request.urlopen(request, timeout=WEBHOOK_SECONDS):
                    return
            except urllib.error.HTTPError as error:
                if error.code < 500 or not tries_left:
                    raise OSError(f"the webhook at {host} answered {error.code} {error.reason}") from error
            except (ValueError, http.client.InvalidURL):
                # Their texts hold the address.
                raise OSError(
                    f"the webhook's address, host {host}, cannot be used\n"
                    f"  what to do: set {WEBHOOK_VARIABLE} to an address such as https://host/path"
                ) from None
            except (OSError, http.client.HTTPException) as error:
                if not tries_left:
                    raise OSError(
                        f"the webhook at {host} cannot be reached: {type(error).__name__}: {error}"
                    ) from error
            time.sleep(WEBHOOK_WAIT_SECONDS)

    return send


def _host(url: str) -> str:
    try:
        return urllib.parse.urlsplit(url).hostname or "unknown"
    except ValueError:
        return "unknown"
