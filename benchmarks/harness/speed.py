"""Benchmark `speed`: ours against the peer on the same generated lists, alternating."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from statistics import median
from typing import Any

from . import outcome, tables
from .chart import stacked_bars
from .figures import median_by_key, speed_ratio
from .layout import WORK
from .peer import PeerRun, run_peer
from .pipeline import Lists, PipelineRun, generate, run_pipeline

# End to end; from the first row read to the last row written; from the lists in the database to the matches.
TIMES = ("seconds", "work_seconds", "matching_seconds")
# The peer explains no unmatched store and lists no capped key.
LEFT_OUT = ("diagnostics",)


def run_speed(options: Namespace) -> None:
    """Run it and write speed_<size>.json, .md and .svg."""
    label = tables.size_label(options.stores)
    folder = WORK / f"speed_{label}"
    lists, _ = generate(options.stores, options.seed, WORK / f"stores_{label}_{options.seed}")
    repeats = []
    for number in range(1, options.repeats + 1):
        print(f"repeat {number} of {options.repeats}", flush=True)
        repeats.append(one_repeat(lists, folder, options))
    result = summary(options, repeats)
    tables.write_results(options.results, f"speed_{label}", result, speed_markdown(result))
    chart = stacked_bars(
        f"Matching {options.stores:,} with {options.stores:,} stores: seconds of each step",
        {"ours": result["ours"]["steps"], "Splink 5": result["peer"]["steps"]},
    )
    (options.results / f"speed_{label}.svg").write_text(chart, encoding="utf-8")


def one_repeat(lists: Lists, folder: Path, options: Namespace) -> dict[str, Any]:
    """Ours, then the peer; what each cost and how right it was."""
    ours = run_pipeline(
        *(lists.gi, lists.th, folder / "ours"),
        threads=options.threads,
        memory=options.memory,
        left_out=LEFT_OUT,
    )
    peer = run_peer(
        *(lists.gi, lists.th, folder / "peer"),
        blocking="tight",
        threads=options.threads,
        memory=options.memory,
    )
    return {"ours": our_figures(ours, lists), "peer": peer_figures(peer, lists)}


def our_figures(run: PipelineRun, lists: Lists) -> dict[str, Any]:
    with outcome.open_database(run.database) as connection:
        found = outcome.accuracy_of_pairs(connection, outcome.MATCHED_PAIRS, lists.truth)
        blocking = outcome.blocking_figures(connection, lists.truth)
    overhead = run.seconds - run.work_seconds
    return {
        "seconds": run.seconds,
        "work_seconds": run.work_seconds,
        "matching_seconds": run.models_seconds,
        "steps": {"load": run.load.seconds, **run.steps, "start-up": round(overhead, 3)},
        "peak_megabytes": run.peak_megabytes,
        "accuracy": found.as_dict(),
        "candidate_pairs": blocking["candidate_pairs"],
    }


def peer_figures(run: PeerRun, lists: Lists) -> dict[str, Any]:
    steps = {step: value for step, value in run.report["seconds"].items() if step != "total"}
    return {
        "seconds": run.cost.seconds,
        "work_seconds": run.report["seconds"]["total"],
        "matching_seconds": round(run.report["seconds"]["total"] - steps["read"], 3),
        "steps": {**steps, "start-up": round(run.cost.seconds - sum(steps.values()), 3)},
        "peak_megabytes": run.cost.peak_megabytes,
        "accuracy": outcome.accuracy_of_file(run.pairs, lists.truth).as_dict(),
        "candidate_pairs": run.report["candidate_pairs"],
        "system": run.report["system"],
    }


def summary(options: Namespace, repeats: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians of both systems over the repeats, and their ratio."""
    result: dict[str, Any] = {
        "benchmark": "speed",
        "stores": options.stores,
        "seed": options.seed,
        "threads": options.threads,
        "memory": options.memory,
        "machine": tables.machine(),
        "peer_system": repeats[0]["peer"]["system"],
    }
    for system in ("ours", "peer"):
        runs = [repeat[system] for repeat in repeats]
        result[system] = {
            **{key: round(median(run[key] for run in runs), 3) for key in TIMES},
            "steps": median_by_key([run["steps"] for run in runs]),
            "peak_megabytes": median(run["peak_megabytes"] for run in runs),
            "candidate_pairs": runs[0]["candidate_pairs"],
            "accuracy": runs[0]["accuracy"],
        }
    result["ratio"] = {
        key: speed_ratio(*([repeat[system][key] for repeat in repeats] for system in ("peer", "ours"))).as_dict()
        for key in TIMES
    }
    result["repeats"] = repeats
    return result


def speed_markdown(result: dict[str, Any]) -> str:
    header = [
        "system",
        "seconds",
        "without start-up",
        "RAW to GOLD",
        "peak MB",
        "candidate pairs",
        "precision",
        "recall",
        "F1",
    ]
    rows = [
        [
            name,
            *(tables.seconds(result[system][key]) for key in TIMES),
            round(result[system]["peak_megabytes"]),
            result[system]["candidate_pairs"],
            *(tables.share(result[system]["accuracy"][key]) for key in ("precision", "recall", "f1")),
        ]
        for name, system in (("ours", "ours"), (result["peer_system"], "peer"))
    ]
    whole, work, matching = (
        f"{ratio['of_medians']:.2f} times ({ratio['lowest']:.2f} to {ratio['highest']:.2f})"
        for ratio in (result["ratio"][key] for key in TIMES)
    )
    return (
        f"Matching {result['stores']:,} with {result['stores']:,} generated stores, end to end, median of"
        f" {len(result['repeats'])} alternating repeats, {result['threads']} threads"
        f" ({tables.machine_line(result['machine'])}).\n\n"
        + tables.markdown_table(header, rows)
        + f"\nThe peer's seconds over ours (in brackets the lowest and highest of the repeats): RAW to GOLD {matching},"
        f" without start-up {work}, end to end {whole}. RAW to GOLD is from the lists in the database to golden"
        " records and crosswalk, for the peer from its read lists to its matched pairs. Start-up is what passes before"
        " the first and after the last row is touched: Python, and dbt reading the project. Diagnostics are left out.\n"
    )
