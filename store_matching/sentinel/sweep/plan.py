"""What a sweep of one table moves: garbage that was proven as such some days ago, and that nobody names."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store_matching.errors import LakeError
from store_matching.lake import Lake
from store_matching.sentinel.canonical_paths import folder_of
from store_matching.sentinel.list_files import QUARANTINE
from store_matching.sentinel.scan import (
    TableScan,
    locations_of,
    scan_connection,
)
from store_matching.sentinel.sweep.named_files import named_by_anyone, other_pointers
from store_matching.sentinel.types import Finding, FindingClass
from store_matching.sentinel.watched import Catalogs, WatchedTable

if TYPE_CHECKING:
    from pyiceberg.table import Table

SWEEPABLE = (FindingClass.DUPLICATE, FindingClass.EXPIRED_LEFTOVER)
DEFAULT_DELAY = timedelta(days=7)
MANIFEST = "manifest.jsonl"
NAMED = "a table or a release names it"


@dataclass(frozen=True)
class Move:
    """One file to move; paths are canonical."""

    finding: Finding
    moved_from: str
    moved_to: str
    size_bytes: int

    def record(self) -> str:
        """The move as a line of the manifest."""
        finding = self.finding
        return json.dumps(
            {
                "finding_id": finding.finding_id,
                "table": finding.table_name,
                "class": str(finding.finding_class),
                "evidence": finding.evidence,
                "moved_from": self.moved_from,
                "moved_to": self.moved_to,
                "size_bytes": self.size_bytes,
            }
        )


@dataclass(frozen=True)
class Pointers:
    """What decides which files are garbage: when none of it has changed, neither has what is garbage.

    table:  metadata file of the swept table
    others: metadata files of the other tables of its catalog, and the snapshots that releases pin
    """

    table: str
    others: frozenset[tuple[str, str]]


@dataclass
class Sweep:
    """What a sweep of one table moves.

    manifest: canonical path of the file that says what was moved; None when nothing is
    kept:     proven garbage that stays for now, with the reason
    pointers: what the catalog and OPS pointed to when the files were judged, see `other_pointers`
    """

    table: Table
    watched: WatchedTable
    pointers: Pointers
    moves: list[Move] = field(default_factory=list)
    manifest: str | None = None
    kept: list[tuple[Finding, str]] = field(default_factory=list)


def plan_sweep(
    lake: Lake, scanned: TableScan, findings: Iterable[Finding], now: datetime, delay: timedelta = DEFAULT_DELAY
) -> Sweep:
    """Return what may be moved of one table: garbage that was proven as such `delay` ago, and that nobody names.

    findings: of the scan, with the moments that OPS knows
    Raises LakeError when metadata of the table, of its neighbours or of a release cannot be read: what they name is
    then not known.
    """
    table = Catalogs(lake).table(scanned.watched)
    if table is None:
        raise LakeError(f"{scanned.watched.table_name} is gone from its catalog; nothing was moved")
    # The pointers are read before what they name. The files were judged by the table of the scan.
    neighbours = Catalogs(lake).neighbours(scanned.watched)
    others = other_pointers(lake, neighbours)
    sweep = Sweep(table, scanned.watched, Pointers(scanned.table.metadata_location, others))
    garbage = [
        finding
        for finding in findings
        if finding.table_name == scanned.watched.table_name
        and finding.table_uuid == str(table.metadata.table_uuid)
        and finding.finding_class in SWEEPABLE
    ]
    if not garbage:
        return sweep
    with scan_connection(table) as connection:
        named = named_by_anyone(connection, lake, table, neighbours)
    roots = [folder_of(location) for location in locations_of(scanned.watched, table)]
    run = f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
    for finding in garbage:
        path = finding.file_path or ""
        root = next((root for root in roots if path.startswith(root)), None)
        reason = _reason_to_keep(finding, path in named, now, delay)
        if root is None:
            reason = "it does not lie in a location of the table"
        if reason:
            sweep.kept.append((finding, reason))
            continue
        folder = f"{root}{QUARANTINE}/{run}/"
        sweep.moves.append(Move(finding, path, folder + path.removeprefix(root), finding.size_bytes or 0))
    if sweep.moves:
        sweep.manifest = f"{roots[0]}{QUARANTINE}/{run}/{MANIFEST}"
    return sweep


def _reason_to_keep(finding: Finding, is_named: bool, now: datetime, delay: timedelta) -> str | None:
    if is_named:
        return NAMED
    if finding.confirmed_at is None or finding.class_seen_at is None:
        return "no second look has confirmed it"
    # Not from when it was first seen: until it was recovered or loaded again it was no garbage.
    due = finding.class_seen_at + delay
    since = f"{finding.finding_class} since {finding.class_seen_at:%Y-%m-%d %H:%M} UTC"
    return f"{since}, due {due:%Y-%m-%d %H:%M} UTC" if now < due else None
