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
from store_matching.sentinel.findings import first_seen, known_duplicates, record_action, record_restored
from store_matching.sentinel.history import document_snapshots, read_document
from store_matching.sentinel.list_files import QUARANTINE, Storage, storage_of
from store_matching.sentinel.logical_files import metadata_files
from store_matching.sentinel.metadata_ledger import MetadataLedger, snapshots_of
from store_matching.sentinel.scan import (
    ScanOptions,
    TableScan,
    locations_of,
    scan_connection,
    scan_table,
    scratch_ledger,
)
from store_matching.sentinel.types import Finding, FindingClass
from store_matching.sentinel.watched import Catalogs, WatchedTable

if TYPE_CHECKING:
    import duckdb
    from pyiceberg.table import Table

SWEEPABLE = (FindingClass.DUPLICATE, FindingClass.EXPIRED_LEFTOVER)
DEFAULT_DELAY = timedelta(days=7)
MANIFEST = "manifest.jsonl"
# Files that are moved between two looks at the tables.
CHUNK = 100
NAMED = "a table or a release names it"
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
    pointers: what the catalog and OPS pointed to when the files were judged, see `_pointers`
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
    others = _other_pointers(lake, neighbours)
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
        named = _named_by_anyone(connection, lake, table, neighbours)
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


def apply_sweep(lake: Lake, sweep: Sweep, now: Callable[[], datetime], notify: Callable[[str], None]) -> list[Move]:
    """Move the files of a plan and record each in OPS; return those that were moved.

    Before each chunk the tables are looked at again: where one has changed, files that are garbage no longer stay, and
    go to `sweep.kept`. A file that was named in the moment it was moved comes back.
    A killed sweep leaves each file in one of its two places, and the manifest that names both.
    Raises LakeError when a file cannot be moved, or a table that has changed cannot be judged again.
    """
    if not sweep.moves or sweep.manifest is None:
        return []
    storage = storage_of(sweep.table.location(), sweep.table.io)
    _write(storage, sweep.manifest, "".join(move.record() + "\n" for move in sweep.moves).encode())
    current = _Current(lake, sweep, now)
    moved: list[Move] = []
    for start in range(0, len(sweep.moves), CHUNK):
        current.look_again()
        chunk = []
        for move in sweep.moves[start : start + CHUNK]:
            if reason := current.reason_to_keep(move):
                sweep.kept.append((move.finding, reason))
                notify(f"{move.moved_from} stays: {reason}")
                continue
            _move(storage, move.moved_from, move.moved_to, move.size_bytes)
            record_action(lake.ops, move.finding, f"moved to quarantine, see {sweep.manifest}", now())
            chunk.append(move)
        moved += chunk
        for move in current.named_meanwhile(chunk):
            _move(storage, move.moved_to, move.moved_from, move.size_bytes)
            record_restored(lake.ops, move.finding.finding_id, "put back: it was named while it was moved", now())
            sweep.kept.append((move.finding, NAMED))
            moved.remove(move)
        if (start + CHUNK) % 1_000 == 0:
            notify(f"{start + CHUNK:,} of {len(sweep.moves):,} files looked at")
    return moved


class _Current:
    """What is garbage now, worked out again where a pointer has changed."""

    def __init__(self, lake: Lake, sweep: Sweep, now: Callable[[], datetime]) -> None:
        self.lake = lake
        self.watched = sweep.watched
        self.now = now
        self.pointers = sweep.pointers
        self.named: set[str] = set()
        self.garbage = {move.moved_from: move.finding.finding_class for move in sweep.moves}

    def look_again(self, *, judge: bool = True) -> bool:
        """Look at the pointers, and where they have changed at what they name; return whether they have.

        judge: where the table itself has changed, also judge its files again
        """
        catalogs = Catalogs(self.lake)
        table = catalogs.table(self.watched)
        if table is None:
            raise LakeError(f"{self.watched.table_name} is gone from its catalog; nothing more was moved")
        neighbours = catalogs.neighbours(self.watched)
        pointers = Pointers(table.metadata_location, _other_pointers(self.lake, neighbours))
        if pointers == self.pointers:
            return False
        if judge and pointers.table != self.pointers.table:
            # Not only named or not: a duplicate is a lost batch again when main was moved off its twin.
            self.garbage = self._judged_again()
        if judge:
            self.pointers = pointers
        with scan_connection(table) as connection:
            self.named = _named_by_anyone(connection, self.lake, table, neighbours)
        return True

    def _judged_again(self) -> dict[str, FindingClass]:
        from store_matching.sentinel.scan_all import ledger_folder

        ops = self.lake.ops
        options = ScanOptions(now=self.now, first_seen=first_seen(ops), duplicates=known_duplicates(ops))
        scan = scan_table(self.watched, Catalogs(self.lake), ledger_folder(self.lake), options)
        findings = scan.findings if scan is not None else []
        return {f.file_path: f.finding_class for f in findings if f.file_path and f.confirmed_at is not None}

    def reason_to_keep(self, move: Move) -> str | None:
        """Why a file of the plan stays, None where it is garbage still."""
        if move.moved_from in self.named:
            return NAMED
        found = self.garbage.get(move.moved_from)
        if found in SWEEPABLE:
            return None
        return f"the table has changed since it was judged: it is {found or 'as it should be'} now"

    def named_meanwhile(self, moves: list[Move]) -> list[Move]:
        """Those of the moves whose file was named since the last look."""
        if not moves or not self.look_again(judge=False):
            return []
        return [move for move in moves if move.moved_from in self.named]


def restore(
    lake: Lake, manifest: str, now: Callable[[], datetime], table: Table | None = None
) -> list[tuple[str, str]]:
    """Put the files of a manifest back where they came from; return each with what became of it.

    table: whose storage the files are in, where it is not the lake's

    No file is written over. A second call finds every file in its place.
    Raises LakeError when the manifest cannot be read or names paths outside of its table's folder.
    """
    io = lake.catalog._load_file_io(location=manifest) if table is None else table.io
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


def _other_pointers(lake: Lake, neighbours: Iterable[Table]) -> frozenset[tuple[str, str]]:
    tables = {(".".join(found.name()), found.metadata_location) for found in neighbours}
    return frozenset(tables | {(row["metadata_location"], row["snapshot_id"]) for row in _pinned(lake)})


def _pinned(lake: Lake) -> list[dict]:
    """Metadata files and snapshots that a release pins that is kept."""
    return lake.ops.rows(
        """select metadata_location, snapshot_id from release_tables inner join releases using (release_id)
           where metadata_location is not null and release_status <> 'expired'"""
    )


def _named_by_anyone(
    connection: duckdb.DuckDBPyConnection, lake: Lake, table: Table, neighbours: Iterable[Table]
) -> set[str]:
    """Every file that the table, any table of its catalog, or a release that is kept names now."""
    named = set()
    for found in (table, *neighbours):
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
    wanted: dict[str, set[int]] = {}
    for row in _pinned(lake):
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
