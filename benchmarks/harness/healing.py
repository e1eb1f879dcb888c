"""Benchmark `healing`: targeted runs of a few triggers beside the full refresh of the same stores, in one run."""

from __future__ import annotations

import shutil
from argparse import Namespace
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from store_matching.healing.triggers import request
from store_matching.lake import open_lake

from . import tables
from .children import ChildRun, run_child
from .layout import DBT, PYTHON, ROOT, SCRIPTS, WORK
from .pipeline import WITHOUT_TESTS, generate, read_intervals
from .shares import wall_shares

# Triggers are of unmatched stores, the most promising first.
SUBJECTS = """
    select store_key from DIAGNOSTICS.unmatched_stores
    where potential_score > 70 order by potential_score desc, store_key limit {count}
"""


@dataclass(frozen=True)
class Run:
    """One `dbt build` without tests.

    triggers:       asked for; None for a run of every store
    seconds:        all of it, with dbt's start-up and the release
    models_seconds: wall seconds from the begin of the first to the end of the last model
    slowest:        wall seconds of the five slowest models
    """

    name: str
    triggers: int | None
    seconds: float
    models_seconds: float
    peak_megabytes: float
    scope_stores: int | None
    slowest: dict[str, float]


def run_healing(options: Namespace) -> None:
    """Build `options.stores` per list, run the triggers, refresh everything; write healing_<size>.json and .md."""
    label = tables.size_label(options.stores)
    lists, _ = generate(options.stores, options.seed, WORK / f"stores_{label}_{options.seed}")
    folder = WORK / f"healing_{label}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "profiles.example.yml", folder / "profiles.yml")
    environment = {
        "STORE_MATCHING_DATABASE": str(folder / "stores.duckdb"),
        "STORE_MATCHING_LAKE": str(folder / "lake"),
        "STORE_MATCHING_THREADS": str(options.threads),
        "STORE_MATCHING_MEMORY": options.memory,
        "DBT_TARGET": "duckdb",
    }
    for source, file in (("gi", lists.gi), ("th", lists.th)):
        load = [PYTHON, SCRIPTS / "load_batch.py", "--source", source, "--window", "2026-11-20T11:00", file]
        run_child(f"load {source}", load, folder / f"load_{source}.log", environment)
    runs = [build("first build", None, folder, environment)]
    for count in options.triggers:
        ask(folder, count)
        runs.append(build(f"{count:,} triggers", count, folder, environment))
    runs.append(build("full refresh", None, folder, environment, "--full-refresh"))
    result = {
        "benchmark": "healing",
        "stores": options.stores,
        "threads": options.threads,
        "memory": options.memory,
        "machine": tables.machine(),
        "runs": [asdict(run) for run in runs],
    }
    tables.write_results(options.results, f"healing_{label}", result, healing_markdown(result))


def ask(folder: Path, count: int) -> None:
    """Make requests for the most promising unmatched stores."""
    with duckdb.connect(str(folder / "stores.duckdb"), read_only=True) as connection:
        keys = [key for (key,) in connection.execute(SUBJECTS.format(count=count)).fetchall()]
    if len(keys) < count:
        raise SystemExit(f"only {len(keys):,} unmatched stores have a promising candidate; ask for fewer triggers")
    ops = open_lake(folder / "lake").ops
    # Nothing is published without tests, so the triggers of the run before wait still.
    with ops.transaction() as connection:
        connection.execute("delete from reprocess_triggers")
    request(ops, keys, "benchmark", f"benchmark-{count}")


def build(name: str, triggers: int | None, folder: Path, environment: dict[str, str], *options: str) -> Run:
    """Run `dbt build` without tests."""
    command = [DBT, "build", *WITHOUT_TESTS, *options, "--project-dir", ROOT, "--profiles-dir", folder]
    command += ["--target-path", folder / "target", "--log-path", folder / "logs"]
    cost: ChildRun = run_child(f"dbt build: {name}", command, folder / "dbt.log", environment)
    models = [one for one in read_intervals(folder / "target") if one[0].startswith("model.")]
    whole = max(end for *_, end in models) - min(begin for _, _, begin, _ in models)
    shares = wall_shares([(unique_id.split(".")[-1], begin, end) for unique_id, _, begin, end in models])
    slowest = sorted(shares.items(), key=lambda item: -item[1])[:5]
    logged = open_lake(folder / "lake").ops.rows(
        "select scope_stores from transformation_logs order by finished_at desc limit 1"
    )
    return Run(
        name,
        triggers,
        cost.seconds,
        round(whole, 3),
        cost.peak_megabytes,
        logged[0]["scope_stores"] if logged else None,
        {model: round(seconds, 3) for model, seconds in slowest},
    )


def healing_markdown(result: dict[str, Any]) -> str:
    """The result as a table."""
    whole = result["runs"][-1]
    rows = [
        [
            run["name"],
            run["scope_stores"],
            tables.seconds(run["models_seconds"]),
            f"{run['models_seconds'] / whole['models_seconds']:.1%}",
            tables.seconds(run["seconds"]),
            round(run["peak_megabytes"]),
            ", ".join(f"{model} {seconds:.2f}" for model, seconds in run["slowest"].items()),
        ]
        for run in result["runs"]
    ]
    header = [
        "dbt build",
        "stores of the scope",
        "models, s",
        "of a full refresh",
        "all, s",
        "peak MB",
        "slowest models",
    ]
    return (
        f"Runs of {result['stores']:,} with {result['stores']:,} stores, {result['threads']} threads"
        f" ({tables.machine_line(result['machine'])}). All: with dbt's start-up, seeds and the release.\n\n"
        + tables.markdown_table(header, rows)
    )
