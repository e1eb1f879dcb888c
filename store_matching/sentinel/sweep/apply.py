"""Move the files of a plan, and look again at the tables between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from store_matching.errors import LakeError
from store_matching.lake import Lake
from store_matching.sentinel.findings import first_seen, known_duplicates, record_action, record_restored
from store_matching.sentinel.list_files import storage_of
from store_matching.sentinel.scan import (
    ScanOptions,
    scan_connection,
    scan_table,
)
from store_matching.sentinel.sweep.move_file import move_file, write_file
from store_matching.sentinel.sweep.named_files import named_by_anyone, other_pointers
from store_matching.sentinel.sweep.plan import NAMED, SWEEPABLE, Move, Pointers, Sweep
from store_matching.sentinel.types import FindingClass
from store_matching.sentinel.watched import Catalogs

if TYPE_CHECKING:
    pass

# Files that are moved between two looks at the tables.
CHUNK = 100


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
    write_file(storage, sweep.manifest, "".join(move.record() + "\n" for move in sweep.moves).encode())
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
            move_file(storage, move.moved_from, move.moved_to, move.size_bytes)
            record_action(lake.ops, move.finding, f"moved to quarantine, see {sweep.manifest}", now())
            chunk.append(move)
        moved += chunk
        for move in current.named_meanwhile(chunk):
            move_file(storage, move.moved_to, move.moved_from, move.size_bytes)
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
        pointers = Pointers(table.metadata_location, other_pointers(self.lake, neighbours))
        if pointers == self.pointers:
            return False
        if judge and pointers.table != self.pointers.table:
            # Not only named or not: a duplicate is a lost batch again when main was moved off its twin.
            self.garbage = self._judged_again()
        if judge:
            self.pointers = pointers
        with scan_connection(table) as connection:
            self.named = named_by_anyone(connection, self.lake, table, neighbours)
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
