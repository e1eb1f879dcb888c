"""Benchmark `sentinel`: a pass over many files, cold and warm, beside the way other tools compute it; and recovery."""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.harness.children import run_child
from benchmarks.harness.sentinel_table import make_table

PROCESS = Path(__file__).with_name("sentinel_process.py")
SMALL_FILES, SMALL_SNAPSHOTS = 5_000, 200
LOST_FILES, LOST_ROWS = 50, 10_000
GOALS = {
    "cold seconds": 3.5,
    "cold megabytes": 400,
    "warm seconds": 1.8,
    "referenced set of 5,000 files over 200 snapshots, seconds": 0.25,
    "commit seconds of 50 lost files": 0.3,
    "peer / cold": 6,
}


def run_sentinel(options: argparse.Namespace) -> int:
    """Run the benchmark, print its figures and write sentinel_<files>.json and .md; return the exit code."""
    work = options.results / "work" / "sentinel"
    shutil.rmtree(work, ignore_errors=True)
    print(f"  {options.files:,} files are made ...", flush=True)
    make_table(work / "many", options.files, options.snapshots, options.orphans)
    steps: dict[str, list[dict[str, Any]]] = {}
    # Imports are compiled once, not measured.
    _step(work, "many", "referenced", {})
    for _ in range(options.repeats):
        shutil.rmtree(work / "many" / "ledgers", ignore_errors=True)
        _step(work, "many", "scan", steps, "cold")
        _step(work, "many", "scan", steps, "warm")
        if not options.without_peer:
            _step(work, "many", "peer", steps)
    print(f"  {SMALL_FILES:,} files over {SMALL_SNAPSHOTS} snapshots are made ...", flush=True)
    make_table(work / "small", SMALL_FILES, SMALL_SNAPSHOTS, 0)
    for repeat in range(options.repeats):
        shutil.rmtree(work / "small" / "ledgers", ignore_errors=True)
        _step(work, "small", "referenced", steps)
        for step, batches in (("recover one batch", 1), ("recover 50 batches", LOST_FILES)):
            lake = f"lost-{batches}-{repeat}"
            make_table(work / lake, 100, 2, LOST_FILES, LOST_ROWS, batches)
            _step(work, lake, "recover", steps, step)
    figures = _figures(options, steps)
    name = f"sentinel_{options.files // 1000}k"
    (options.results / f"{name}.json").write_text(json.dumps(figures, indent=2) + "\n")
    (options.results / f"{name}.md").write_text(_report(figures))
    print(_report(figures))
    shutil.rmtree(work, ignore_errors=True)
    return 0 if _is_right(options, figures) else 1


def _step(work: Path, lake: str, step: str, steps: dict, name: str | None = None) -> None:
    name = name or step
    log = work / f"{name}.log"
    run = run_child(name, [sys.executable, PROCESS, step, work / lake], log, {"PYTHONDONTWRITEBYTECODE": ""})
    found = json.loads(log.read_text().splitlines()[-1])
    steps.setdefault(name, []).append(found | {"megabytes": run.peak_megabytes, "process_seconds": run.seconds})


def _figures(options: argparse.Namespace, steps: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    middle = {
        name: {key: round(statistics.median(run[key] for run in runs), 3) for key in runs[0]}
        for name, runs in steps.items()
    }
    reached = {
        "cold seconds": middle["cold"]["seconds"],
        "cold megabytes": middle["cold"]["megabytes"],
        "warm seconds": middle["warm"]["seconds"],
        "referenced set of 5,000 files over 200 snapshots, seconds": middle["referenced"]["seconds"],
        "commit seconds of 50 lost files": middle["recover one batch"]["commit_seconds"],
    }
    if "peer" in middle:
        ratios = [p["seconds"] / c["seconds"] for p, c in zip(steps["peer"], steps["cold"], strict=True)]
        reached["peer / cold"] = round(statistics.median(ratios), 2)
    return {
        "files": options.files,
        "snapshots": options.snapshots,
        "orphans": options.orphans,
        "repeats": options.repeats,
        "reached": reached,
        "steps": middle,
    }


def _report(figures: dict[str, Any]) -> str:
    lines = [
        f"# Sentinel: {figures['files']:,} files, {figures['snapshots']} snapshots, {figures['orphans']} lost batches",
        "",
        f"Medians of {figures['repeats']} runs, alternating, each step in its own process; only ratios are claims.",
        "Seconds are those of the step without Python's start; megabytes are the process's highest resident memory.",
        "",
        "| Figure | Reached | Goal (at 200,000 files) |",
        "| --- | ---: | ---: |",
    ]
    for name, value in figures["reached"].items():
        lines.append(f"| {name} | {value} | {'at least' if '/' in name else 'at most'} {GOALS[name]} |")
    lines += ["", "| Step | Seconds | MB | Found |", "| --- | ---: | ---: | --- |"]
    for name, step in figures["steps"].items():
        rest = {k: v for k, v in step.items() if k not in ("seconds", "megabytes", "process_seconds")}
        found = ", ".join(f"{key} {value:,}" for key, value in rest.items())
        lines.append(f"| {name} | {step['seconds']} | {step['megabytes']:,.0f} | {found} |")
    return "\n".join(lines) + "\n"


def _is_right(options: argparse.Namespace, figures: dict[str, Any]) -> bool:
    """Whether every planted orphan was found and every lost row came back: speed without that is none."""
    steps = figures["steps"]
    found = [steps[name]["lost_batch"] for name in ("cold", "warm")] + [
        step["orphans"] for name, step in steps.items() if name == "peer"
    ]
    recovered = {(step["files"], step["rows"]) for name, step in steps.items() if name.startswith("recover")}
    return set(found) == {options.orphans} and recovered == {(LOST_FILES, LOST_FILES * LOST_ROWS)}
