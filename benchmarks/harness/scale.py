"""Benchmark `scale`: ours alone at two sizes, to see how cost grows with the stores."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from . import outcome, tables
from .figures import growth_ratio
from .layout import WORK
from .pipeline import generate, run_pipeline


def run_scale(options: Namespace) -> None:
    """Run every size once and write scale.json and .md."""
    sizes = [one_size(stores, options) for stores in sorted(options.sizes)]
    small, large = sizes[0], sizes[-1]
    result = {
        "benchmark": "scale",
        "seed": options.seed,
        "threads": options.threads,
        "memory": options.memory,
        "machine": tables.machine(),
        "sizes": sizes,
        "growth_ratio": round(
            growth_ratio(small["stores"], small["work_seconds"], large["stores"], large["work_seconds"]), 3
        ),
    }
    name = "scale_" + "_".join(tables.size_label(size["stores"]) for size in sizes)
    tables.write_results(options.results, name, result, scale_markdown(result))


def one_size(stores: int, options: Namespace) -> dict[str, Any]:
    label = tables.size_label(stores)
    lists, generating = generate(stores, options.seed, WORK / f"stores_{label}_{options.seed}")
    run = run_pipeline(*(lists.gi, lists.th, WORK / f"scale_{label}"), threads=options.threads, memory=options.memory)
    with outcome.open_database(run.database) as connection:
        found = outcome.accuracy_of_pairs(connection, outcome.MATCHED_PAIRS, lists.truth)
        blocking = outcome.blocking_figures(connection, lists.truth)
    return {
        "stores": stores,
        "seconds": run.seconds,
        "work_seconds": run.work_seconds,
        "steps": {"load": run.load.seconds, **run.steps},
        "peak_megabytes": run.peak_megabytes,
        **blocking,
        "accuracy": found.as_dict(),
        "generator": asdict(generating),
    }


def scale_markdown(result: dict[str, Any]) -> str:
    header = [
        *(
            "stores per list",
            "seconds",
            "without start-up",
            "peak MB",
            "pairs per GI store",
            "blocking recall",
            "F1",
        ),
        *("generator seconds", "generator peak MB"),
    ]
    rows = [
        [
            f"{size['stores']:,}",
            tables.seconds(size["seconds"]),
            tables.seconds(size["work_seconds"]),
            round(size["peak_megabytes"]),
            size["candidate_pairs_per_gi_store"],
            tables.share(size["blocking_recall"]),
            tables.share(size["accuracy"]["f1"]),
            tables.seconds(size["generator"]["seconds"]),
            round(size["generator"]["peak_megabytes"]),
        ]
        for size in result["sizes"]
    ]
    return (
        f"Ours on generated lists, {result['threads']} threads"
        f" ({tables.machine_line(result['machine'])}).\n\n"
        + tables.markdown_table(header, rows)
        + f"\nGrowth ratio {result['growth_ratio']:.2f}: seconds of the largest size without start-up, over"
        " those of a cost that grows with the stores (1 is linear).\n"
    )
