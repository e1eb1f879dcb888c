"""One measured step of the benchmark `sentinel`, in a process of its own; prints its figures as one JSON line.

scan LAKE        one pass of the Sentinel; what its ledger holds already makes it cold or warm
peer LAKE        what other tools compute: list, PyIceberg's inspect.all_files() and all_manifests(), set difference
referenced LAKE  only the set of files that metadata names
recover LAKE     bring back every lost batch
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from store_matching.lake import Lake, open_lake
from store_matching.sentinel.scan import ledger_of, scan_connection, scan_table
from store_matching.sentinel.watched import Catalogs, WatchedTable

MANY = WatchedTable("raw.many", key_columns=("store_id", "batch_window_start"))


def scan(lake: Lake, ledgers: Path) -> dict:
    """Seconds of a pass, files and findings by class."""
    started = time.perf_counter()
    found = scan_table(MANY, Catalogs(lake), ledgers)
    seconds = time.perf_counter() - started
    classes = Counter(str(finding.finding_class) for finding in found.findings)
    return {"seconds": seconds, "files": found.files, "named": found.named, **classes}


def referenced(lake: Lake, ledgers: Path) -> dict:
    """Seconds to bring a ledger up to date and to make the set of named files."""
    from store_matching.sentinel.logical_files import make_logical_files

    table = lake.table("raw.many")
    with scan_connection(table) as connection:
        started = time.perf_counter()
        make_logical_files(connection, ledger_of(ledgers, connection, table, MANY), table)
        seconds = time.perf_counter() - started
        (named,) = connection.execute("select count(*) from live_files").fetchone()
    return {"seconds": seconds, "named": named}


def peer(lake: Lake, _: Path) -> dict:
    """Seconds of the same question by PyIceberg's own tables."""
    from pyarrow import fs

    table = lake.table("raw.many")
    location = table.location().removeprefix("file://")
    started = time.perf_counter()
    infos = fs.LocalFileSystem().get_file_info(fs.FileSelector(location, recursive=True))
    listed = {info.path for info in infos if info.type == fs.FileType.File}
    inspect = table.inspect
    named = {path.removeprefix("file://") for path in inspect.all_files()["file_path"].to_pylist()}
    files_done = time.perf_counter() - started
    named |= {path.removeprefix("file://") for path in inspect.all_manifests()["path"].to_pylist()}
    named |= {snapshot.manifest_list.removeprefix("file://") for snapshot in table.snapshots()}
    named |= {entry.metadata_file.removeprefix("file://") for entry in table.metadata.metadata_log}
    named.add(table.metadata_location.removeprefix("file://"))
    orphans = listed - named
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "seconds_without_manifests": files_done,
        "orphans": sum("orphan" in path for path in orphans),
    }


def recover(lake: Lake, ledgers: Path) -> dict:
    """Seconds to bring back all that is lost: looking again and committing, and the commit alone."""
    from store_matching.sentinel.recover import apply
    from store_matching.sentinel.scan_all import utc_now

    findings = scan_table(MANY, Catalogs(lake), ledgers).findings
    commit, spent = apply._commit, []

    def timed(*arguments: object) -> object:
        started = time.perf_counter()
        result = commit(*arguments)
        spent.append(time.perf_counter() - started)
        return result

    apply._commit = timed
    started = time.perf_counter()
    outcomes = apply.recover(lake, MANY, findings, ledgers, utc_now)
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "commit_seconds": sum(spent),
        "files": sum(outcome.is_recovered for outcome in outcomes),
        "rows": sum(outcome.rows for outcome in outcomes),
        "commits": len(spent),
    }


READERS = (
    "pyarrow.fs",
    "pyiceberg.catalog.sql",
    "pyiceberg.io.pyarrow",
    "pyiceberg.table.inspect",
    "store_matching.sentinel.classes.judge",
)
STEPS = {"scan": scan, "peer": peer, "referenced": referenced, "recover": recover}


def main() -> None:
    """Run a step."""
    step, folder = sys.argv[1], Path(sys.argv[2])
    lake = open_lake(str(folder), state=folder / "state")
    # What both sides import when a table is first opened is Python's start, not the step.
    for name in READERS:
        importlib.import_module(name)
    print(json.dumps(STEPS[step](lake, folder / "ledgers")))


if __name__ == "__main__":
    main()
