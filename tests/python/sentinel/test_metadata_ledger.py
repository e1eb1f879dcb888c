"""The ledger's parts: written together when they are many, and there for as long as a scan may need them."""

import os
import time

from store_matching.sentinel import metadata_ledger as ledger_module
from store_matching.sentinel.logical_files import make_ever_files
from store_matching.sentinel.metadata_ledger import PARTS, MetadataLedger
from store_matching.sentinel.scan import scan_connection


def merged(watched, monkeypatch):
    """Write the parts of the table's ledger together, as another process does while a scan of ours is under way.

    Returns that scan's connection, with views of the parts as they were, and the ledger of the other process.
    """
    for hour, letters in ((11, "ab"), (12, "cd"), (13, "ef")):
        watched.load(hour, letters)
        watched.scan()
    (folder,) = watched.ledgers.iterdir()
    ours = scan_connection(watched.table)
    make_ever_files(ours, MetadataLedger(folder, ours))
    other = MetadataLedger(folder, scan_connection(watched.table))
    before = {name: sorted(set(other.rows(f"select * from {name}")), key=str) for name in PARTS}
    with monkeypatch.context() as few:
        few.setattr(ledger_module, "MOST_PARTS", 1)
        with other.locked():
            other._tidy()
    assert {name: sorted(other.rows(f"select * from {name}"), key=str) for name in PARTS} == before
    return ours, other


def test_a_scan_goes_on_when_another_one_writes_the_parts_together(local, monkeypatch):
    ours, _ = merged(local, monkeypatch)
    assert set(local.live_files()) <= {row[0] for row in ours.execute("select path from ever_files").fetchall()}


def test_parts_that_were_written_together_go_when_no_scan_can_need_them(local, monkeypatch):
    _, ledger = merged(local, monkeypatch)
    rows = {name: sorted(ledger.rows(f"select * from {name}"), key=str) for name in PARTS}
    parts = set(ledger.folder.glob("*.parquet"))
    old = time.time() - ledger_module.REPLACED_SECONDS - 1
    for note in ledger.folder.glob("*.replaces"):
        os.utime(note, (old, old))
    with ledger.locked():
        ledger._tidy()
    left = set(ledger.folder.glob("*.parquet"))
    assert left < parts
    assert len(left) == len([name for name in PARTS if rows[name]])
    assert list(ledger.folder.glob("*.replaces")) == []
    assert {name: sorted(ledger.rows(f"select * from {name}"), key=str) for name in PARTS} == rows
