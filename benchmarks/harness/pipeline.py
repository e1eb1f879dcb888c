"""Run our pipeline on two extract files: generate, load, dbt; and read what it cost and made."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from .children import ChildRun, run_child
from .layout import DBT, PYTHON, ROOT, SCRIPTS
from .outcome import Truth
from .shares import wall_shares

# A data test or unit test is no part of the work that the peer does.
WITHOUT_TESTS = ("--exclude-resource-types", "test", "unit_test")


@dataclass(frozen=True)
class Lists:
    """Two extract files of `stores` stores each, and what is known of them."""

    gi: Path
    th: Path
    truth: Truth
    stores: int


@dataclass(frozen=True)
class PipelineRun:
    """One run of ours.

    database:       the DuckDB file that it made
    load, dbt:      cost of the two processes
    models_seconds: wall seconds from the begin of the first to the end of the last seed or model
    steps:          wall seconds of each step (folder of the models; seeds), side-by-side time shared
    """

    database: Path
    load: ChildRun
    dbt: ChildRun
    models_seconds: float
    steps: dict[str, float]

    @property
    def seconds(self) -> float:
        """End to end: both processes with their start-up."""
        return round(self.load.seconds + self.dbt.seconds, 3)

    @property
    def work_seconds(self) -> float:
        """Without dbt's start-up: the load, and from the first to the last model."""
        return round(self.load.seconds + self.models_seconds, 3)

    @property
    def peak_megabytes(self) -> float:
        return max(self.load.peak_megabytes, self.dbt.peak_megabytes)


def generate(stores: int, seed: int, folder: Path) -> tuple[Lists, ChildRun]:
    """Make two lists of `stores` stores, or use those that are there; return them and what they cost."""
    truth = Truth(folder / "truth.csv", folder / "duplicates.csv")
    lists = Lists(folder / "gi.parquet", folder / "th.parquet", truth, stores)
    done = folder / "generated.json"
    if done.is_file():
        return lists, ChildRun(**json.loads(done.read_text(encoding="utf-8")))
    shutil.rmtree(folder, ignore_errors=True)
    command = [PYTHON, SCRIPTS / "generate_stores.py", "--stores", str(stores), "--seed", str(seed)]
    command += ["--out", folder, "--format", "parquet"]
    cost = run_child(f"generate {stores:,} stores", command, folder.parent / f"{folder.name}.log")
    done.write_text(json.dumps(asdict(cost)), encoding="utf-8")
    return lists, cost


def run_pipeline(
    gi: Path, th: Path, folder: Path, *, threads: int, memory: str, left_out: tuple[str, ...] = ()
) -> PipelineRun:
    """Load both files into a new database in `folder` and run every seed and model on it.

    left_out: selectors of dbt nodes that are not run

    dbt's parsed project stays in `folder` for the next run, as it does in a project's target folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "stores.duckdb"
    for old in folder.glob(f"{database.name}*"):
        old.unlink()
    environment = {
        "STORE_MATCHING_DATABASE": str(database),
        "STORE_MATCHING_LAKE": "none",
        "STORE_MATCHING_THREADS": str(threads),
        "STORE_MATCHING_MEMORY": memory,
        "DBT_TARGET": "duckdb",
    }
    shutil.copy(ROOT / "profiles.example.yml", folder / "profiles.yml")
    load = run_child(
        "ours: load",
        [PYTHON, SCRIPTS / "load_extracts.py", "--gi", gi, "--th", th, "--database", database],
        folder / "load.log",
        environment,
    )
    command = [DBT, "build", *WITHOUT_TESTS, "--project-dir", ROOT, "--profiles-dir", folder]
    command += ["--target-path", folder / "target", "--log-path", folder / "logs"]
    if left_out:
        command += ["--exclude", *left_out]
    dbt = run_child(f"ours: dbt, {threads} threads", command, folder / "dbt.log", environment)
    models_seconds, steps = read_run_results(folder / "target")
    return PipelineRun(database, load, dbt, models_seconds, steps)


def read_run_results(target: Path) -> tuple[float, dict[str, float]]:
    """Wall seconds of all seeds and models together, and of each step, from dbt's own record of a run."""
    executed = read_intervals(target)
    intervals = [(step_of(unique_id, path), begin, end) for unique_id, path, begin, end in executed]
    whole = max(end for _, _, end in intervals) - min(begin for _, begin, _ in intervals)
    return round(whole, 3), {step: round(value, 3) for step, value in wall_shares(intervals).items()}


def read_intervals(target: Path) -> list[tuple[str, str, float, float]]:
    """Unique id, file, begin and end, in seconds, of each node that dbt's own record of a run says was executed."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    intervals = []
    for result in results:
        executed = [timing for timing in result["timing"] if timing["name"] == "execute"]
        if executed and executed[0]["completed_at"]:
            begin, end = (_seconds(executed[0][key]) for key in ("started_at", "completed_at"))
            intervals.append((result["unique_id"], nodes[result["unique_id"]]["original_file_path"], begin, end))
    if not intervals:
        raise RuntimeError(f"{target / 'run_results.json'} has no executed model: did dbt run anything?")
    return intervals


def step_of(unique_id: str, original_file_path: str) -> str:
    """Step that a node of a run belongs to: hooks, seeds, or the folder of the model (clean, gold, ...)."""
    named = {"operation": "hooks", "seed": "seeds"}
    return named.get(unique_id.partition(".")[0]) or Path(original_file_path).parent.name


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def default_memory() -> str:
    """Memory limit of both systems: that of the project's profile, unless the environment says otherwise."""
    return os.environ.get("STORE_MATCHING_MEMORY", "6GB")
