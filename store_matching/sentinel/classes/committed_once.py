"""Files that were committed once: of snapshots that lead to main no longer, and leftovers of expired ones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store_matching.landing.landed_batches import STAMP_PREFIX
from store_matching.sentinel.batch_evidence import batch_of_summary
from store_matching.sentinel.classes.judging import (
    Judging,
    count_live_keys,
    deleted_since,
    kind_of,
    readable,
    recover_command,
    sweep_command,
)
from store_matching.sentinel.data_files import LiveKeys
from store_matching.sentinel.history import Ancestry
from store_matching.sentinel.logical_files import lineage_of
from store_matching.sentinel.metadata_ledger import Snapshot, snapshots_of
from store_matching.sentinel.types import Batch, Cause, Finding, FindingClass, Severity

if TYPE_CHECKING:
    from store_matching.sentinel.scan import StrayFile

WAP_ID = "wap.id"


def judge_detached(judged: Judging) -> list[Finding]:
    """Files of snapshots that metadata still holds and that no branch leads to, or only another branch than main."""
    metadata = judged.table.metadata
    lineage = lineage_of(metadata)
    snapshots = {found.snapshot_id: found for found in snapshots_of(metadata)}
    found = [snapshots[number] for number in lineage.branches] + list(lineage.detached)
    if not found:
        return []
    in_main = {snapshots[number].summary.get(STAMP_PREFIX + "batch-id") for number in lineage.main}
    findings = []
    for snapshot in found:
        branch = lineage.branches.get(snapshot.snapshot_id)
        findings += _of_detached_snapshot(judged, snapshot, branch, in_main)
    return findings


def _of_detached_snapshot(
    judged: Judging, snapshot: Snapshot, branch: str | None, in_main: set[str | None]
) -> list[Finding]:
    rows = judged.ledger.rows(
        """select distinct path, row_count from files where status = 1 and snapshot_id = $id
           and path not in (
               select path from files semi join (select manifest_path from lists where list_path in (
                   select list_path from snapshots where snapshot_id in (select unnest($main::bigint[]))
               )) using (manifest_path) where status <> 2
           )""",
        {"id": snapshot.snapshot_id, "main": sorted(lineage_of(judged.table.metadata).main)},
    )
    batch = batch_of_summary(snapshot.summary, f"summary of the detached snapshot {snapshot.snapshot_id}")
    committed = datetime.fromtimestamp(snapshot.committed_ns / 1e9, UTC).replace(tzinfo=None)
    contents = readable(judged, [path for path, _ in rows])
    counts = count_live_keys(judged, contents)
    findings = []
    for path, row_count in rows:
        live = counts.get(path)
        # Of several files of a batch one may be back: its id says only what no count can.
        is_back = batch.batch_id in in_main - {None} if live is None else live.live == live.rows
        text = f"snapshot {snapshot.snapshot_id}, committed {committed:%Y-%m-%d %H:%M:%S} UTC, no longer leads to main"
        severity = None
        action = recover_command(judged, path)
        if branch is not None or WAP_ID in snapshot.summary:
            text = f"snapshot {snapshot.snapshot_id} is staged ({branch or snapshot.summary[WAP_ID]}), not in main"
            severity, action = Severity.INFO, "publish or drop it where it was staged"
        elif is_back:
            text += "; its rows are in the table by another commit"
            severity, action = Severity.INFO, "none: the rows are there"
        deleted: dict[str, object] = {}
        if severity is None and live is not None and (deleted := deleted_since(judged, path, batch.batch_id)):
            text += f"; {deleted.pop('evidence')}"
            action, severity = deleted.pop("recommended_action"), deleted.pop("severity_given")
        is_young = judged.at - committed < judged.scan.grace
        findings.append(
            judged.finding(
                FindingClass.DETACHED_SNAPSHOT,
                file_path=path,
                modified_at=committed,
                batch=batch,
                row_count=row_count,
                live_key_count=None if live is None else live.live,
                cause=Cause.DETACHED_SNAPSHOT,
                evidence=text,
                recommended_action=action,
                severity_given=severity,
                snapshot_id=snapshot.snapshot_id,
                confirmed_at=None if is_young else judged.at,
                **deleted,
            )
        )
    return findings


def judge_leftovers(judged: Judging, strays: list[StrayFile]) -> list[Finding]:
    """Files that were committed once: leftovers of main's own past, or of a detached snapshot that has expired.

    A leftover, which may be swept, is only what main itself has named, or a file whose rows are all counted in main.
    """
    if not strays:
        return []
    ancestry = Ancestry(judged.ledger, judged.table.metadata.current_snapshot_id)
    adders = _adders(judged, strays)
    off_main = [s for s in strays if kind_of(s.path) == "data" and not adders.get(s.path, set()) & ancestry.main]
    contents = readable(judged, [stray.path for stray in off_main])
    counts = count_live_keys(judged, contents)
    findings = []
    for stray in strays:
        live = counts.get(stray.path)
        if stray in off_main and (live is None or live.live < live.rows):
            findings.append(_expired_off_main(judged, stray, adders.get(stray.path, set()), ancestry, live))
            continue
        findings.append(
            judged.of_file(
                stray,
                FindingClass.EXPIRED_LEFTOVER,
                "it was committed once, and no snapshot that is kept needs it",
                row_count=None if live is None else live.rows,
                live_key_count=None if live is None else live.live,
                recommended_action=sweep_command(judged),
                confirmed_at=judged.at,
            )
        )
    return findings


def _adders(judged: Judging, strays: list[StrayFile]) -> dict[str, set[int]]:
    """Snapshots that added each file, or removed it: who removes a file has had it."""
    found: dict[str, set[int]] = {}
    # An entry without a snapshot is of the one that added its manifest.
    rows = judged.ledger.rows(
        """select distinct path, coalesce(files.snapshot_id, lists.snapshot_id)
           from (select * from files where path in (select unnest($paths::varchar[]))) as files
           left join lists using (manifest_path)""",
        {"paths": [stray.path for stray in strays]},
    )
    for path, snapshot_id in rows:
        if snapshot_id is not None:
            found.setdefault(path, set()).add(snapshot_id)
    return found


def _expired_off_main(
    judged: Judging, stray: StrayFile, adders: set[int], ancestry: Ancestry, live: LiveKeys | None
) -> Finding:
    number = min(adders, default=None)
    if live is not None:
        lacking = f"{live.rows - live.live} of {live.rows} rows are in no other file"
    else:
        lacking = "whether its rows are in other files cannot be told: "
        lacking += judged.uncounted or "it cannot be read"
    if is_certain := any(map(ancestry.is_off_main, adders)):
        text = f"snapshot {number} no longer led to main and has expired since; {lacking}"
    else:
        # Main may have deleted these rows itself: they come back only where somebody asks for this file.
        text = f"it was committed once by snapshot {number}; whether that led to main is not known any more; {lacking}"
    batch = Batch() if number is None else _batch_of_expired(judged, number)
    values: dict[str, object] = {
        "recommended_action": recover_command(judged, stray.path),
        "severity_given": None if is_certain else Severity.WARNING,
        "only_by_file": not is_certain,
    }
    if live is not None and (deleted := deleted_since(judged, stray.path, batch.batch_id)):
        text += f"; {deleted.pop('evidence')}"
        values |= deleted
    return judged.of_file(
        stray,
        FindingClass.DETACHED_SNAPSHOT,
        text,
        batch=batch,
        row_count=None if live is None else live.rows,
        live_key_count=None if live is None else live.live,
        cause=Cause.DETACHED_SNAPSHOT,
        snapshot_id=number,
        confirmed_at=judged.at,
        **values,
    )


def _batch_of_expired(judged: Judging, snapshot_id: int) -> Batch:
    import json

    rows = judged.ledger.rows("select summary from snapshots where snapshot_id = $id", {"id": snapshot_id})
    return (
        batch_of_summary(json.loads(rows[0][0]), f"summary of the expired snapshot {snapshot_id}") if rows else Batch()
    )
