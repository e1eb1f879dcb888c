"""What a file is that lies on the stage and that no metadata names, by names and times alone: no row is read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store_matching.sentinel.types import Finding, FindingClass, Severity
from store_matching.sentinel.watched import WatchedTable

METADATA_SUFFIXES = (".avro", ".metadata.json", ".stats", ".puffin")


@dataclass(frozen=True)
class ListedFile:
    """A file on the stage. path: canonical; modified_at: UTC without zone."""

    path: str
    size_bytes: int
    modified_at: datetime


def judge_stray(watched: WatchedTable, file: ListedFile, was_named: bool, at: datetime) -> Finding:
    """Return the finding of one file. was_named: older metadata that still lies there names it."""
    if at - file.modified_at < watched.grace:
        return _finding(watched, file, FindingClass.IN_FLIGHT, "younger than its grace", "none")
    if was_named:
        kind, evidence = FindingClass.EXPIRED_LEFTOVER, "only older metadata names it"
        action = "none: Snowflake removes it"
    elif file.path.endswith(METADATA_SUFFIXES):
        kind, evidence, action = FindingClass.REJECTED_METADATA, "no metadata names it", "none"
    elif watched.role == "published":
        kind, action = FindingClass.ABANDONED_BUILD, "none"
        evidence = "no metadata names it; the table can be built again, nothing is lost"
    else:
        # Lost until the opposite is known; a scan from outside reads the rows.
        kind, evidence = FindingClass.LOST_BATCH, "no metadata on the stage names it; its rows were not read"
        action = f"python scripts/sentinel.py scan {' '.join(watched.options)}"
    return _finding(watched, file, kind, evidence, action).with_(confirmed_at=at)


def judge_gone(watched: WatchedTable, path: str, at: datetime) -> Finding:
    """Return the finding of a file that metadata names and that does not lie on the stage."""
    return Finding(
        watched.table_name,
        FindingClass.DANGLING_REFERENCE,
        path,
        evidence="the current metadata names it, and it is not on the stage",
        recommended_action="ask Snowflake's support; until then read the table as of a release before",
        source_system=watched.source_system or None,
        owner=watched.owner,
        confirmed_at=at,
    )


def _finding(watched: WatchedTable, file: ListedFile, kind: FindingClass, evidence: str, action: str) -> Finding:
    return Finding(
        watched.table_name,
        kind,
        file.path,
        size_bytes=file.size_bytes,
        modified_at=file.modified_at,
        evidence=evidence,
        recommended_action=action,
        severity_given=Severity.WARNING if kind is FindingClass.LOST_BATCH else None,
        source_system=watched.source_system or None,
        owner=watched.owner,
    )
