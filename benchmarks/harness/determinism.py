"""Benchmark `determinism`: threads and the order of input rows change nothing in GOLD."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import duckdb

from . import outcome, tables
from .layout import WORK
from .pipeline import Lists, generate, run_pipeline

FEW_THREADS = 1
MANY_THREADS = 4


def run_determinism(options: Namespace) -> None:
    """Run three times, write determinism.json and .md; exit with 1 when a content hash differs."""
    label = tables.size_label(options.stores)
    lists, _ = generate(options.stores, options.seed, WORK / f"stores_{label}_{options.seed}")
    shuffled = shuffle(lists, WORK / f"shuffled_{label}")
    variants = {
        f"{FEW_THREADS} thread": (lists, FEW_THREADS),
        f"{MANY_THREADS} threads": (lists, MANY_THREADS),
        f"{MANY_THREADS} threads, rows shuffled": (shuffled, MANY_THREADS),
    }
    hashes = {}
    for name, (given, threads) in variants.items():
        print(name, flush=True)
        folder = WORK / f"determinism_{label}"
        run = run_pipeline(given.gi, given.th, folder, threads=threads, memory=options.memory)
        with outcome.open_database(run.database) as connection:
            hashes[name] = outcome.gold_fingerprint(connection)
    identical = all(each == hashes[next(iter(hashes))] for each in hashes.values())
    result = {"benchmark": "determinism", "stores": options.stores, "identical": identical, "hashes": hashes}
    tables.write_results(options.results, f"determinism_{label}", result, determinism_markdown(result))
    if not identical:
        raise SystemExit("GOLD differs between the runs: see the table above")


def shuffle(lists: Lists, folder: Path) -> Lists:
    """Copies of both lists with their rows in another order."""
    folder.mkdir(parents=True, exist_ok=True)
    other = Lists(folder / "gi.parquet", folder / "th.parquet", lists.truth, lists.stores)
    with duckdb.connect() as connection:
        for source, target in ((lists.gi, other.gi), (lists.th, other.th)):
            connection.execute(
                f"copy (select * from read_parquet('{source}') order by md5(id::varchar))"
                f" to '{target}' (format parquet)"
            )
    return other


def determinism_markdown(result: dict) -> str:
    variants = list(result["hashes"])
    rows = [
        [table, *(result["hashes"][variant][table][:16] for variant in variants)]
        for table in result["hashes"][variants[0]]
    ]
    verdict = "identical" if result["identical"] else "DIFFERENT"
    return (
        f"Content of GOLD over {result['stores']:,} generated stores per list is **{verdict}**"
        " (first 16 digits of its SHA-256).\n\n" + tables.markdown_table(["table", *variants], rows)
    )
