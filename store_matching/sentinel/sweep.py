"""Move proven garbage out of the way: duplicates and leftovers of expired snapshots, into a quarantine folder.

Nothing is deleted. A manifest, written before the first file moves, says where each file came from; `restore` puts
them back by it. A lost batch, or a file of which it is not sure what it is, is never moved.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pyarrow import fs

from store_matching.errors import LakeError
from store_matching.lake import Lake
from store_matching.sentinel.canonical_paths import canonical_path, folder_of
from store_matching.sentinel.findings import record_action, record_restored
from store_matching.sentinel.history import document_snapshots, read_document
from store_matching.sentinel.list_files import QUARANTINE, Storage, storage_of
from store_matching.sentinel.logical_files import metadata_files
from store_matching.sentinel.metadata_ledger import MetadataLedger, snapshots_of
from store_matching.sentinel.scan import TableScan, locations_of, scan_connection, scratch_ledger
from store_matching.sentinel.types import Finding, FindingClass
from store_matching.sentinel.watched import Catalogs, WatchedTable

if TYPE_CHECKING:
    import duckdb
    from pyiceberg.table import Table

SWEEPABLE = (FindingClass.DUPLICATE, FindingClass.EXPIRED_LEFTOVER)
DEFAULT_DELAY = timedelta(days=7)
MANIFEST = "manifest.jsonl"
MANIFEST_KEYS = ("finding_id", "moved_from", "moved_to", "size_bytes")


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


@dataclass
class Sweep:
    """What a sweep of one table moves.

    manifest: canonical path of the file that says what was moved; None when nothing is
    kept:     proven garbage that stays for now, with the reason
    """

    table: Table
    moves: list[Move] = field(default_factory=list)
    manifest: str | None = None
    kept: list[tuple[Finding, str]] = field(default_factory=list)


def plan_sweep(
    lake: Lake, scanned: TableScan, findings: Iterable[Finding], now: datetime, delay: timedelta = DEFAULT_DELAY
) -> Sweep:
    """Return what may be moved of one table: proven garbage that was seen `delay` ago, and that nobody names.

    findings: of the scan, with the moments that OPS knows
    Raises LakeError when metadata of the table, of its neighbours or of a release cannot be read: what they name is
    then not known.
    """
    table = Catalogs(lake).table(scanned.watched)
    if table is None:
        raise LakeError(f"{scanned.watched.table_name} is gone from its catalog; nothing was moved")
    sweep = Sweep(table)
    garbage = [
        finding
        for finding in findings
        if finding.table_name == scanned.watched.table_name and finding.finding_class in SWEEPABLE
    ]
    if not garbage:
        return sweep
    with scan_connection(table) as connection:
        named = _named_by_anyone(connection, lake, scanned.watched, table)
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
        return "a table or a release names it"
    if finding.confirmed_at is None or finding.first_seen_at is None:
        return "no second look has confirmed it"
    due = finding.first_seen_at + delay
    return f"seen since {finding.first_seen_at:%Y-%m-%d %H:%M} UTC, due {due:%Y-%m-%d %H:%M} UTC" if now < due else None


def apply_sweep(lake: Lake, sweep: Sweep, now: Callable[[], datetime], notify: Callable[[str], None]) -> list[Move]:
    """Move the files of a plan and record each in OPS; return those that were moved.

    A killed sweep leaves each file in one of its two places, and the manifest that names both.
    Raises LakeError when a file cannot be moved.
    """
    if not sweep.moves or sweep.manifest is None:
        return []
    storage = storage_of(sweep.table.location(), sweep.table.io)
    _write(storage, sweep.manifest, "".join(move.record() + "\n" for move in sweep.moves).encode())
    moved = []
    for number, move in enumerate(sweep.moves, start=1):
        _move(storage, move.moved_from, move.moved_to, move.size_bytes)
        record_action(lake.ops, move.finding, f"moved to quarantine, see {sweep.manifest}", now())
        moved.append(move)
        if number % 1_000 == 0:
            notify(f"{number:,} of {len(sweep.moves):,} files moved")
    return moved


def restore(lake: Lake, manifest: str, now: Callable[[], datetime]) -> list[tuple[str, str]]:
    """Put the files of a manifest back where they came from; return each with what became of it.

    No file is written over. A second call finds every file in its place.
    Raises LakeError when the manifest cannot be read or names paths outside of its table's folder.
    """
    io = lake.catalog._load_file_io(location=manifest)
    storage = storage_of(manifest, io)
    outcomes = []
    for entry in _entries(storage, canonical_path(manifest)):
        source, target = entry["moved_to"], entry["moved_from"]
        if storage.exists(target):
            outcomes.append((target, "there already"))
        elif not storage.exists(source):
            outcomes.append((target, f"gone: it is not in quarantine at {source} either"))
        else:
            _move(storage, source, target, entry["size_bytes"])
            record_restored(lake.ops, entry["finding_id"], f"restored from quarantine, see {manifest}", now())
            outcomes.append((target, "restored"))
    return outcomes


def _entries(storage: Storage, manifest: str) -> list[dict]:
    """Entries of a manifest, all of them checked before the first is used."""
    try:
        lines = storage.read(manifest).decode().splitlines()
    except OSError as error:
        raise LakeError(f"manifest {manifest} cannot be read: {error}") from error
    entries = []
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            if missing := [key for key in MANIFEST_KEYS if key not in entry]:
                raise ValueError(f"{missing[0]} is missing")
            for key in ("moved_from", "moved_to"):
                if "/../" in entry[key]:
                    raise ValueError(f"{key} '{entry[key]}' leads out of its folder")
            if f"/{QUARANTINE}/" not in entry["moved_to"]:
                raise ValueError(f"moved_to '{entry['moved_to']}' is not in quarantine")
            root = entry["moved_to"].split(f"/{QUARANTINE}/")[0] + "/"
            if not entry["moved_from"].startswith(root):
                raise ValueError(f"moved_from '{entry['moved_from']}' does not lie in {root}")
        except (ValueError, TypeError) as error:
            raise LakeError(
                f"manifest {manifest}, line {number}: {error}\n  what to do: use the manifest as it was written"
            ) from error
        entries.append(entry)
    return entries


def _named_by_anyone(
    connection: duckdb.DuckDBPyConnection, lake: Lake, watched: WatchedTable, table: Table
) -> set[str]:
    """Every file that the table, any table of its catalog, or a release that is kept names now."""
    named = set()
    for found in (table, *Catalogs(lake).neighbours(watched)):
        with _scratch(connection) as ledger:
            missing = ledger.learn(snapshots_of(found.metadata), metadata_files(found))
            if missing:
                raise LakeError(
                    f"{'.'.join(found.name())}: {len(missing)} metadata files cannot be read, such as "
                    f"{sorted(missing)[0]}; nothing was moved\n  what to do: put them back, then sweep again"
                )
            named |= _paths(ledger)
    with _scratch(connection) as ledger:
        locations = _learn_releases(lake, ledger, storage_of(table.location(), table.io))
        return named | _paths(ledger) | locations


def _learn_releases(lake: Lake, ledger: MetadataLedger, storage: Storage) -> set[str]:
    """Teach a ledger the snapshots that releases pin; return the metadata files that MART views read."""
    pinned = lake.ops.rows(
        """select metadata_location, snapshot_id from release_tables inner join releases using (release_id)
           where metadata_location is not null and release_status <> 'expired'"""
    )
    wanted: dict[str, set[int]] = {}
    for row in pinned:
        wanted.setdefault(canonical_path(row["metadata_location"]), set()).add(int(row["snapshot_id"]))
    snapshots = []
    for location, numbers in wanted.items():
        try:
            document = read_document(storage, location)
        except (OSError, ValueError) as error:
            raise LakeError(f"metadata of a release cannot be read, nothing was moved: {location}: {error}") from error
        snapshots += [found for found in document_snapshots(document) if found.snapshot_id in numbers]
    if missing := ledger.learn(snapshots):
        raise LakeError(f"metadata of a release cannot be read, nothing was moved: {sorted(missing)[0]}")
    return set(wanted)


def _paths(ledger: MetadataLedger) -> set[str]:
    return {
        row[0]
        for row in ledger.rows(
            """select path from files where status <> 2 union select manifest_path from lists
               union select list_path from lists union select path from extras"""
        )
    }


@contextmanager
def _scratch(connection: duckdb.DuckDBPyConnection) -> Iterator[MetadataLedger]:
    folder, ledger = scratch_ledger(connection)
    with folder:
        yield ledger


def _write(storage: Storage, path: str, content: bytes) -> None:
    _make_folder(storage, path)
    with storage.filesystem.open_output_stream(storage.path(path)) as stream:
        stream.write(content)


def _make_folder(storage: Storage, path: str) -> None:
    if not storage.prefix:
        storage.filesystem.create_dir(storage.path(path).rsplit("/", 1)[0], recursive=True)


def _move(storage: Storage, source: str, target: str, size_bytes: int) -> None:
    """Move a file; where storage cannot rename, it is copied, and removed only when the copy is whole."""
    _make_folder(storage, target)
    here, there = storage.path(source), storage.path(target)
    try:
        if not storage.prefix:
            storage.filesystem.move(here, there)
            return
        storage.filesystem.copy_file(here, there)
        info = storage.filesystem.get_file_info(there)
        if info.type != fs.FileType.File or info.size != size_bytes:
            raise OSError(f"the copy has {info.size} bytes, not {size_bytes}")
        storage.filesystem.delete_file(here)
    except OSError as error:
        raise LakeError(f"{source} could not be moved to {target}: {error}\n  what to do: sweep again") from error
