"""What metadata that is no longer current tells: snapshots that have expired, metadata files that were once current.

PyIceberg expires snapshots without removing files, and an engine that ran before the Sentinel's first scan left no
trace in its ledger. The metadata files that the log still names do know.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from store_matching.landing.landed_batches import STAMP_PREFIX
from store_matching.sentinel.canonical_paths import canonical_paths
from store_matching.sentinel.list_files import Storage
from store_matching.sentinel.metadata_ledger import MetadataLedger, Snapshot

if TYPE_CHECKING:
    from pyiceberg.table import Table

READ = "read:"


def read_document(storage: Storage, path: str) -> dict[str, Any]:
    """Return a metadata file's content. Raises OSError or ValueError where it cannot be read."""
    content = storage.read(path)
    return json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)


def document_snapshots(document: dict[str, Any]) -> list[Snapshot]:
    """Return the snapshots that a metadata file's content tells of; those without manifest list (format v1) are not."""
    return [
        Snapshot(
            found["snapshot-id"],
            found.get("parent-snapshot-id"),
            found["timestamp-ms"] * 1_000_000,
            found["manifest-list"],
            found.get("summary", {}),
        )
        for found in document.get("snapshots", [])
        if "manifest-list" in found
    ]


def document_statistics(document: dict[str, Any]) -> list[str]:
    """Return the statistics files that a metadata file's content names."""
    found = [*document.get("statistics", []), *document.get("partition-statistics", [])]
    return [each["statistics-path"] for each in found if "statistics-path" in each]


def learn_history(ledger: MetadataLedger, table: Table, storage: Storage, strays: Iterable[str]) -> set[str]:
    """Teach the ledger the snapshots of older metadata files; return the metadata files known to have been current.

    strays: paths of metadata and statistics files that the current metadata does not name
    Each file is read once, and none where there is nothing to learn.
    Files that are gone are passed over: what only they knew is not known.
    """
    known = {row[0] for row in ledger.rows("select path from extras")}
    current = canonical_paths(
        [table.metadata_location, *(entry.metadata_file for entry in table.metadata.metadata_log)]
    )
    committed = set(current) | {path for path in known if ".metadata.json" in path and not path.startswith(READ)}
    # Format v2 numbers snapshots without a gap: who knows as many knows all there ever were.
    (number,) = ledger.rows("select count(distinct snapshot_id) from snapshots")[0]
    if number == getattr(table.metadata, "last_sequence_number", None) and committed.issuperset(strays):
        return committed
    waiting = [path for path in committed if READ + path not in known and path != current[0]]
    snapshots: dict[int, Snapshot] = {}
    statistics: set[str] = set()
    marks: list[str] = []
    while waiting:
        path = waiting.pop()
        marks.append(READ + path)
        try:
            document = read_document(storage, path)
        except (OSError, ValueError):
            continue
        if document.get("table-uuid") != str(table.metadata.table_uuid):
            continue
        for found in document_snapshots(document):
            if found.snapshot_id not in snapshots or found.parent_id is not None:
                snapshots[found.snapshot_id] = found
        statistics.update(document_statistics(document))
        older = canonical_paths(entry["metadata-file"] for entry in document.get("metadata-log", []))
        waiting += [found for found in older if found not in committed and READ + found not in known]
        committed |= set(older)
    if marks:
        ledger.learn(snapshots.values(), [*committed, *statistics])
        ledger.mark(marks)
    return committed


class Ancestry:
    """The snapshots that led to main, expired ones too, as far as the ledger goes back.

    Expiry takes the parent from a snapshot whose parent expires, so that the chain may end early, and times tell
    nothing: clocks differ between writers.
    """

    def __init__(self, ledger: MetadataLedger, start: int | None) -> None:
        self.parents = ledger.parents()
        # The newest first.
        self.in_order = list(self._chain(start))
        self.main = set(self.in_order)

    def _chain(self, start: int | None) -> Iterator[int]:
        while start is not None and start in self.parents:
            yield start
            start = self.parents[start]

    def is_off_main(self, snapshot_id: int) -> bool:
        """Whether a snapshot left main for certain: it is none of main's, but one of those that led to it is.

        Of one before the end of a chain that ends early nobody can tell whether it led to main.
        """
        return snapshot_id not in self.main and any(found in self.main for found in self._chain(snapshot_id))


def landed_windows(ledger: MetadataLedger, current: int | None) -> frozenset[datetime]:
    """Return the windows that main holds, by the stamps of the snapshots that led to it, expired ones too.

    A batch without rows has landed too.
    """
    main = Ancestry(ledger, current).main
    name = STAMP_PREFIX + "window-start"
    rows = ledger.rows(
        "select distinct snapshot_id, summary from snapshots where contains(summary, $name)", {"name": name}
    )
    return frozenset(datetime.fromisoformat(json.loads(text)[name]) for number, text in rows if number in main)


def foreign_files(ledger: MetadataLedger, documents: Iterable[dict[str, Any]]) -> set[str]:
    """Return every file that metadata of other tables names, read into a ledger of its own."""
    snapshots = {found.snapshot_id: found for document in documents for found in document_snapshots(document)}
    ledger.learn(snapshots.values())
    return {
        row[0]
        for row in ledger.rows(
            "select path from files union select manifest_path from lists union select list_path from lists"
        )
    }
