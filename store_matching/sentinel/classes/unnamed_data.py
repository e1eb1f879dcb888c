"""Data files that nobody names: lost, duplicate in whole or in part, unreadable, or of an unfinished build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store_matching.sentinel.batch_evidence import MetadataEvidence, batch_bounds, batch_of_file
from store_matching.sentinel.classes.cause import cause_of
from store_matching.sentinel.classes.judging import (
    Judging,
    count_live_keys,
    deleted_since,
    recover_command,
    sweep_command,
)
from store_matching.sentinel.data_files import DataFileContent, LiveKeys, read_contents
from store_matching.sentinel.types import Batch, Cause, Finding, FindingClass

if TYPE_CHECKING:
    from store_matching.sentinel.scan import StrayFile


def judge_data_files(judged: Judging, strays: list[StrayFile], evidence: MetadataEvidence) -> list[Finding]:
    """Return a finding for each data file that nobody names and that belongs to no other table."""
    contents, errors = read_contents(judged.connection, judged.table, [stray.path for stray in strays])
    findings = [_unreadable(judged, stray, errors[stray.path], evidence) for stray in strays if stray.path in errors]
    plain = [content for content in contents.values() if not content.is_deletes]
    counts = {} if judged.watched.role == "published" else count_live_keys(judged, plain)
    bounds = batch_bounds(judged.connection, contents.values())
    for stray in strays:
        if (content := contents.get(stray.path)) is not None:
            batch = batch_of_file(judged.connection, stray.path, content, evidence, bounds)
            findings.append(_of_content(judged, stray, content, counts.get(stray.path), batch, evidence))
    return findings


def _unreadable(judged: Judging, stray: StrayFile, error: str, evidence: MetadataEvidence) -> Finding:
    batch = batch_of_file(judged.connection, stray.path, None, evidence, {})
    action = (
        f"ask for the batch again: {recover_command(judged, stray.path)}"
        if batch.window_start is not None
        else "find out which batch it was, and load that again"
    )
    return judged.of_file(
        stray,
        FindingClass.UNREADABLE,
        f"it cannot be read: {error}",
        batch=batch,
        cause=Cause.KILLED_WRITER,
        orphan_manifest=evidence.manifest_of.get(stray.path),
        recommended_action=action,
        confirmed_at=judged.at,
    )


def _of_content(
    judged: Judging,
    stray: StrayFile,
    content: DataFileContent,
    live: LiveKeys | None,
    batch: Batch,
    evidence: MetadataEvidence,
) -> Finding:
    values = {
        "batch": batch,
        "row_count": content.row_count,
        "live_key_count": None if live is None else live.live,
        "orphan_manifest": evidence.manifest_of.get(stray.path),
        "confirmed_at": judged.at,
    }
    if content.is_deletes:
        text = "it lists rows to delete, for a commit that never took place"
        return judged.of_file(
            stray, FindingClass.REJECTED_METADATA, text, recommended_action="run the delete again", **values
        )
    if judged.watched.role == "published":
        text = "written for a release that was not finished; the table can be built again, nothing is lost"
        return judged.of_file(stray, FindingClass.ABANDONED_BUILD, text, recommended_action="none", **values)
    if live is None and content.row_count and judged.uncounted:
        text = f"whether the table has its {content.row_count} rows cannot be told: {judged.uncounted}"
        # Lost until the opposite is known; recovering it looks at the rows again.
        action = "make the table readable again, and scan again"
        return judged.of_file(stray, FindingClass.LOST_BATCH, text, recommended_action=action, **values)
    if live is None or live.live == live.rows:
        text = (
            "it holds no row"
            if not content.row_count
            else f"all {content.row_count} rows are in the table by another file: the batch was loaded again"
        )
        return judged.of_file(
            stray,
            FindingClass.DUPLICATE,
            text,
            recommended_action=sweep_command(judged),
            snapshot_id=judged.table.metadata.current_snapshot_id if content.row_count else None,
            **values,
        )
    kind = FindingClass.PARTLY_DUPLICATE if live.live else FindingClass.LOST_BATCH
    if deleted := deleted_since(judged, stray.path, batch.batch_id):
        text = f"{live.rows - live.live} of {live.rows} rows are not in the table: {deleted.pop('evidence')}"
        return judged.of_file(stray, kind, text, **values, **deleted)
    cause, why = cause_of(judged, stray, batch, evidence)
    text = f"{live.rows - live.live} of {live.rows} rows are in no file that the table knows; {why}"
    return judged.of_file(
        stray, kind, text, cause=cause, recommended_action=recover_command(judged, stray.path), **values
    )
