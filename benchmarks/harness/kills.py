"""Benchmark `kills`: the project's `dbt build` killed at random moments; MART must always be one whole release."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from argparse import Namespace
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from store_matching.lake import Lake, load_extensions, open_lake, open_release
from store_matching.landing import load_batch
from store_matching.ops import registry

from . import tables
from .layout import DBT, ROOT, WORK
from .pipeline import Lists, generate

FIRST_WINDOW = datetime(2026, 11, 20)
# Unit tests prove nothing about a release, and take a third of the time.
BUILD = ("build", "--exclude-resource-type", "unit_test")
# Share of the kills that fall into the end of the build, where files, commits and MART are written.
LATE_SHARE = 0.6
LATE_SECONDS = 6.0


@dataclass(frozen=True)
class Kill:
    """One kill.

    second:    of the build at which it came
    phase:     what the build was doing: before, writing (a candidate was recorded) or published
    faults:    sentences; empty when all is well
    """

    second: float
    phase: str
    faults: tuple[str, ...]


class KilledProject:
    """The project on a database and a lake of its own."""

    def __init__(self, folder: Path, threads: int) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "profiles.example.yml", folder / "profiles.yml")
        self.folder = folder
        self.database = folder / "stores.duckdb"
        self.environment = os.environ | {
            "STORE_MATCHING_DATABASE": str(self.database),
            "STORE_MATCHING_LAKE": str(folder / "lake"),
            "STORE_MATCHING_THREADS": str(threads),
        }

    @property
    def lake(self) -> Lake:
        return open_lake(self.folder / "lake")

    def start(self) -> subprocess.Popen:
        """Start a build in a process group of its own."""
        options = ["--project-dir", str(ROOT), "--profiles-dir", str(self.folder), "--target", "duckdb"]
        options += ["--target-path", str(self.folder / "target"), "--log-path", str(self.folder / "logs")]
        return subprocess.Popen(
            [DBT, *BUILD, *options],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def build(self) -> str:
        """Build, and return what dbt printed. Raises RuntimeError when it failed."""
        process = self.start()
        output, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"dbt build failed:\n{output[-3000:]}")
        return output

    def fingerprint(self) -> tuple[int, Any]:
        """(active release, content of its MART tables) as another process reads them."""
        with open_release(self.folder / "lake") as release:
            return release.release_id, _content(release.connection, "mart")

    def fingerprint_of_database(self) -> Any:
        """Content of the MART views of the DuckDB file."""
        with duckdb.connect(str(self.database)) as connection:
            load_extensions(connection)
            return _content(connection, "MART")

    def faults_of_counts(self) -> list[str]:
        """Sentences about rows that are lost or doubled between RAW and MART."""
        with duckdb.connect(str(self.database)) as connection:
            load_extensions(connection)
            landed = connection.execute(
                """select (select count(distinct store_id) from RAW.gi_stores)
                        + (select count(distinct store_id) from RAW.th_stores)"""
            ).fetchone()[0]
            rows, keys, orphans = connection.execute(
                """select count(*), count(distinct (source_system, source_store_id)),
                        count(*) filter (where gold_store_id not in (select gold_store_id from MART.stores))
                   from MART.store_crosswalk"""
            ).fetchone()
        faults = []
        if rows != keys or rows != landed:
            faults.append(f"{landed} stores landed, {rows} rows and {keys} stores in MART.STORE_CROSSWALK")
        if orphans:
            faults.append(f"{orphans} rows of MART.STORE_CROSSWALK have no golden store")
        return faults


def run_kills(options: Namespace) -> int:
    """Kill `options.kills` builds, write kills_<n>.json and .md, and return 1 where anything was not as it must be."""
    lists, _ = generate(
        options.stores, options.seed, WORK / f"stores_{tables.size_label(options.stores)}_{options.seed}"
    )
    project = KilledProject(WORK / "kills", options.threads)
    batches = split(lists, project.folder / "batches", options.kills + 2)
    load(project, batches[0], 0)
    project.build()
    load(project, batches[1], 1)
    started = time.monotonic()
    project.build()
    seconds = time.monotonic() - started
    generator = random.Random(options.seed)
    kills = []
    for number in range(options.kills):
        late = generator.random() < LATE_SHARE
        moment = generator.uniform(max(seconds - LATE_SECONDS, 0) if late else 0.0, seconds)
        kills.append(one_kill(project, batches[number + 2], number + 2, moment))
        print(f"  kill {number + 1} of {options.kills}: {kills[-1]}", flush=True)
    result = {
        "benchmark": "kills",
        "stores": options.stores,
        "build_seconds": round(seconds, 1),
        "machine": tables.machine(),
        "kills": [asdict(kill) for kill in kills],
    }
    tables.write_results(options.results, f"kills_{options.kills}", result, kills_markdown(result))
    return int(any(kill.faults for kill in kills))


def one_kill(project: KilledProject, batch: tuple[Path, Path], number: int, moment: float) -> Kill:
    """Load a batch, kill the build that would publish it, look at MART, and let the next build publish it."""
    load(project, batch, number)
    before_release, before = project.fingerprint()
    process = project.start()
    try:
        process.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    faults = []
    release, shown = project.fingerprint()
    candidate = project.lake.ops.row("select release_id from releases where release_status = 'candidate'")
    phase = "published" if release != before_release else "writing" if candidate else "before"
    if phase != "published" and shown != before:
        faults.append("MART changed without a release")
    if phase != "published" and project.fingerprint_of_database() != before:
        faults.append("the MART views of the DuckDB file changed without a release")
    output = project.build()
    after_release, after = project.fingerprint()
    if phase == "published":
        if shown != after or after_release != release:
            faults.append("the release that was active at the kill was not whole")
    elif "published: " not in output or after_release == before_release:
        faults.append("the build after the kill published nothing")
    if project.fingerprint_of_database() != after:
        faults.append("the MART views of the DuckDB file are not those of the active release")
    statuses = Counter(row["release_status"] for row in project.lake.ops.rows("select * from releases"))
    if statuses["active"] != 1 or statuses["candidate"]:
        faults.append(f"releases are left as {dict(statuses)}")
    if registry.active_release(project.lake.ops)["release_id"] != after_release:
        faults.append("the active release moved without a build")
    return Kill(round(moment, 1), phase, (*faults, *project.faults_of_counts()))


def split(lists: Lists, folder: Path, parts: int) -> list[tuple[Path, Path]]:
    """Split the lists into batches: four fifths of the stores in the first, equal shares of the rest in the others."""
    folder.mkdir()
    found = []
    with duckdb.connect() as connection:
        for number in range(parts):
            files = []
            for source, file in (("gi", lists.gi), ("th", lists.th)):
                share = f"case when hash(id) % 5 > 0 then 0 else 1 + (hash(id) // 5) % {parts - 1} end"
                out = folder / f"{source}_{number}.csv"
                connection.execute(f"copy (select * from read_parquet('{file}') where {share} = {number}) to '{out}'")
                files.append(out)
            found.append((files[0], files[1]))
    return found


def load(project: KilledProject, batch: tuple[Path, Path], number: int) -> None:
    """Load the batch of one window of both sources."""
    for source, file in zip(("GI", "TH"), batch, strict=True):
        load_batch(project.lake, source, file, FIRST_WINDOW + timedelta(hours=number))


def kills_markdown(result: dict[str, Any]) -> str:
    """The result in words and a table."""
    phases = Counter(kill["phase"] for kill in result["kills"])
    faults = [f"- second {kill['second']}: {fault}" for kill in result["kills"] for fault in kill["faults"]]
    rows = [[phase, phases[phase]] for phase in ("before", "writing", "published")]
    return (
        f"`dbt build` of {result['stores']:,} with {result['stores']:,} stores ({result['build_seconds']} s), killed "
        f"{len(result['kills'])} times ({tables.machine_line(result['machine'])}).\n\n"
        + tables.markdown_table(["the kill came", "kills"], rows)
        + "\n"
        + ("\n".join(faults) if faults else "After each, MART showed one whole release; no row was lost or doubled.")
        + "\n"
    )


def _content(connection: duckdb.DuckDBPyConnection, schema: str) -> list[tuple]:
    return [
        connection.execute(f"select count(*), sum(hash(t)) from {schema}.{table} as t").fetchone()
        for table in ("stores", "store_crosswalk", "match_coverage")
    ]
