"""Benchmark `loaders`: many processes load batches into one landing table at once; nothing may be lost or doubled."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.harness.loader_process import BATCHES_PER_REFUSED_ROW, START_FILE
from store_matching.lake import open_lake
from store_matching.landing.commit_batch import DEFAULT_RETRIES
from store_matching.landing.raw_views import create_raw_views

REPOSITORY = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 600


@dataclass(frozen=True)
class LoadersOutcome:
    """What became of the batches of all loaders.

    outcomes:  one dictionary per batch as its loader noted it: batch_id, state (committed, failed, unknown),
               attempt, error, seconds
    faults:    sentences, one per batch whose rows in the lake are not as its loader noted; empty when all is well
    seconds:   from the start of the race to the end of the last loader
    """

    outcomes: list[dict[str, Any]]
    faults: list[str]
    seconds: float

    def figures(self) -> dict[str, Any]:
        """Figures for a report: counts by state, tries and seconds per batch."""
        attempts = [outcome["attempt"] for outcome in self.outcomes if outcome["state"] == "committed"]
        waits = sorted(outcome["seconds"] for outcome in self.outcomes)
        return {
            "batches": len(self.outcomes),
            **Counter(outcome["state"] for outcome in self.outcomes),
            "faults": len(self.faults),
            "seconds": round(self.seconds, 1),
            "batches_per_second": round(len(self.outcomes) / self.seconds, 1),
            "tries_mean": round(statistics.mean(attempts), 2),
            "tries_most": max(attempts),
            "batch_seconds_median": statistics.median(waits),
            "batch_seconds_most": waits[-1],
        }


def run_loaders(options: argparse.Namespace) -> int:
    """Run the race in a fresh lake, print the figures and write them to `loaders.json`; return the exit code.

    options: loaders, batches (per loader), rows (per batch), retries, results (folder)
    """
    with tempfile.TemporaryDirectory() as folder:
        outcome = load_at_once(
            Path(folder), loaders=options.loaders, batches=options.batches, rows=options.rows, retries=options.retries
        )
    figures = {"loaders": options.loaders, "rows_per_batch": options.rows, **outcome.figures()}
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / "loaders.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2))
    for fault in outcome.faults:
        print(fault, file=sys.stderr)
    return 1 if outcome.faults else 0


def load_at_once(
    folder: Path, *, loaders: int, batches: int, rows: int, retries: int = DEFAULT_RETRIES
) -> LoadersOutcome:
    """Let `loaders` processes load `batches` batches each into a lake in `folder`, and compare lake and outcomes.

    Raises RuntimeError when a loader process ends with an error of its own.
    """
    lake, work = folder / "lake", folder / "work"
    work.mkdir()
    # Made here: the race is between loaders of a lake, not between makers of one.
    open_lake(lake)
    settings = ["--batches", str(batches), "--rows", str(rows), "--retries", str(retries)]
    command = [sys.executable, "-m", "benchmarks.harness.loader_process", "--lake", str(lake), "--work", str(work)]
    processes = [
        subprocess.Popen([*command, *settings, "--loader", str(number)], cwd=REPOSITORY) for number in range(loaders)
    ]
    try:
        while len(list(work.glob("ready_*"))) < loaders and all(process.poll() is None for process in processes):
            time.sleep(0.05)
        started = time.perf_counter()
        (work / START_FILE).touch()
        codes = [process.wait(timeout=WAIT_SECONDS) for process in processes]
        seconds = time.perf_counter() - started
    finally:
        for process in processes:
            process.kill()
    if any(codes):
        raise RuntimeError(f"loader processes ended with {codes}")
    outcomes = [
        json.loads(line)
        for number in range(loaders)
        for line in (work / f"outcome_{number}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return LoadersOutcome(outcomes, _faults(lake, outcomes, loaders * batches, rows), seconds)


def _faults(lake: Path, outcomes: list[dict[str, Any]], batches: int, rows: int) -> list[str]:
    faults = []
    if len(outcomes) != batches:
        faults.append(f"{batches} batches were to be loaded, {len(outcomes)} outcomes were noted")
    with duckdb.connect() as connection:
        create_raw_views(connection, open_lake(lake))
        stores = dict(
            connection.execute(
                "select batch_id, (count(*), count(distinct store_id)) from raw.gi_stores group by batch_id"
            ).fetchall()
        )
        rejected = dict(
            connection.execute("select batch_id, count(*) from raw.rejected_rows group by batch_id").fetchall()
        )
        stamped = Counter(row[0] for row in connection.execute("select batch_id from raw.batches").fetchall())
    for outcome in outcomes:
        batch_id, state = outcome["batch_id"], outcome["state"]
        number = int(batch_id.rpartition("batch")[2])
        refused = 1 if number % BATCHES_PER_REFUSED_ROW == 0 else 0
        found = (stamped[batch_id], stores.get(batch_id, (0, 0)), rejected.get(batch_id, 0))
        whole, nothing = (1, (rows, rows), refused), (0, (0, 0), 0)
        allowed = {"committed": [whole], "failed": [nothing], "unknown": [whole, nothing]}[state]
        if found not in allowed:
            faults.append(f"{batch_id} was noted as {state}, but (snapshots, (rows, stores), rejected) is {found}")
    unnoted = set(stamped) - {outcome["batch_id"] for outcome in outcomes}
    return faults + [f"{batch_id} landed, but no loader noted it" for batch_id in sorted(unnoted)]
