"""Whether main has held the rows of a file and deleted them since: such a file is not lost, and must not come back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from store_matching.landing.landed_batches import RECOVERED_FROM, STAMP_PREFIX
from store_matching.sentinel.history import Ancestry
from store_matching.sentinel.metadata_ledger import MetadataLedger

DELETING = ("delete", "overwrite")
BATCH_STAMPS = ("batch-id", "recovers-batch-id")
# A longer list of files was cut when it was stamped.
LONGEST_LIST = 4000


class Deletions:
    """What main has deleted, by the snapshots that led to it, expired ones too.

    duplicates: current snapshot when a scan last found all rows of a file in the table, by path
    """

    def __init__(self, ledger: MetadataLedger, current: int | None, duplicates: Mapping[str, int]) -> None:
        self.ledger = ledger
        self.duplicates = duplicates
        # The newest first.
        self.age = {number: age for age, number in enumerate(Ancestry(ledger, current).in_order)}
        operations = " or ".join(f'contains(summary, \'"operation": "{name}"\')' for name in DELETING)
        rows = ledger.rows(f"select distinct snapshot_id from snapshots where {operations}")
        self.deleters = sorted(self.age[number] for (number,) in rows if number in self.age)
        self.current = current

    def since(self, path: str, batch_id: str | None) -> str | None:
        """Return how it is known that main held a file's rows and deleted some; None where that is not known."""
        seen = self.duplicates.get(path)
        if seen is not None and self._has_deleted_after(seen):
            return f"all of them were in the table when it stood at snapshot {seen}, and its rows were deleted since"
        if batch_id is None:
            return None
        for landed in self._landed(path, batch_id):
            if self._has_deleted_after(landed) and not self._is_intact(landed):
                return f"batch {batch_id} landed by snapshot {landed}, and its rows were deleted since"
        return None

    def _has_deleted_after(self, snapshot_id: int) -> bool:
        age = self.age.get(snapshot_id)
        return age is not None and bool(self.deleters) and self.deleters[0] < age

    def _landed(self, path: str, batch_id: str) -> list[int]:
        """Snapshots of main by which a batch landed; not one that brought back other files of it than this."""
        rows = self.ledger.rows(
            "select distinct snapshot_id, summary from snapshots where contains(summary, $id)",
            {"id": json.dumps(batch_id)},
        )
        found = []
        for number, text in rows:
            summary = json.loads(text)
            if number not in self.age or batch_id not in [summary.get(STAMP_PREFIX + name) for name in BATCH_STAMPS]:
                continue
            files = summary.get(STAMP_PREFIX + RECOVERED_FROM, path)
            if path in files.split(" ") or len(files) >= LONGEST_LIST:
                found.append(number)
        return found

    def _is_intact(self, snapshot_id: int) -> bool:
        """Whether no row that a snapshot added can have been deleted: its files are live, and nothing deletes rows."""
        # Further tables behind those of the ledger.
        rows = self.ledger.rows(
            """, current_files as (
                   select path, coalesce(content, 0) as content from files
                   semi join (select manifest_path from lists where list_path in (
                       select list_path from snapshots where snapshot_id = $current
                   )) using (manifest_path) where status <> 2
               ),
               added as (select distinct path from files where status = 1 and snapshot_id = $id)
               select count(*), count(*) filter (path in (select path from current_files where content = 0)),
                   (select count(*) from current_files where content <> 0)
               from added""",
            {"id": snapshot_id, "current": self.current},
        )
        added, live, deletes = rows[0]
        return added == live and not deletes
