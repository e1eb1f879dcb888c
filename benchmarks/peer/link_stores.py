"""Link two store lists with the peer (Splink 5 on DuckDB) and time every step.

    python link_stores.py --gi gi.parquet --th th.parquet --out DIRECTORY [--blocking tight] [--threads 2]

Writes `pairs.csv` (gi_id, th_id, match_probability: one-to-one, probability >= threshold), `report.json`
(seconds of each step, rows, candidate pairs, peak resident memory in MB) and, with --keep-candidates,
`candidates.parquet` (gi_id, th_id, match_weight, match_probability).
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from assignment import assign_one_to_one
from cleaning import clean_stores, read_extract
from model import RARE_BELOW, train
from splink import DuckDBAPI


class Stopwatch:
    """Seconds of each named step, in order, said on standard error as they pass."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started, 3)
        self.say(f"{name}: {self.seconds[name]:.1f} s")

    def say(self, message: str) -> None:
        print(f"peer: {message}", file=sys.stderr, flush=True)


def peak_resident_megabytes() -> float:
    """Highest resident memory of this process so far, in MB (Linux)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise RuntimeError("/proc/self/status has no VmHWM line; the benchmark needs Linux")


def link(arguments: argparse.Namespace) -> dict:
    """Run the whole link; return the report."""
    watch = Stopwatch()
    started = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(f"set threads = {arguments.threads}")
    connection.execute(f"set memory_limit = '{arguments.memory}'")
    connection.execute("set enable_progress_bar = false")
    with watch.step("read"):
        rows = {
            side: read_extract(connection, path, f"{side}_extract")
            for side, path in (("gi", arguments.gi), ("th", arguments.th))
        }
    with watch.step("clean"):
        clean_stores(connection, RARE_BELOW[arguments.blocking])
        phones = [connection.execute(f"select count(phone) from {side}").fetchone()[0] for side in ("gi", "th")]
    with watch.step("train"):
        database = DuckDBAPI(connection)
        gi = database.register("gi", dataset_display_name="gi")
        th = database.register("th", dataset_display_name="th")
        linker = train(gi, th, arguments.blocking, has_phones=all(phones), progress=watch.say)
    with watch.step("block"):
        # Materialised apart from predict, as the documentation allows, so that its pairs can be counted.
        blocked = linker.inference.compute_blocked_pairs_for_predict()
        candidate_pairs = connection.execute(f"select count(*) from {blocked.physical_name}").fetchone()[0]
        watch.say(f"{candidate_pairs:,} candidate pairs")
    with watch.step("predict"):
        # Without --keep-candidates only what can become a match is kept, which is cheaper.
        keep_from = None if arguments.keep_candidates else arguments.threshold
        predictions = linker.inference.predict(threshold_match_probability=keep_from)
    with watch.step("assign"):
        rounds = assign_one_to_one(connection, predictions.physical_name, arguments.threshold)
        arguments.out.mkdir(parents=True, exist_ok=True)
        connection.execute(
            "copy (select gi_id, th_id, match_probability from matches order by all) to ? (header true)",
            [str(arguments.out / "pairs.csv")],
        )
    total = round(time.perf_counter() - started, 3)
    if arguments.keep_candidates:
        write_candidates(connection, predictions.physical_name, arguments.out / "candidates.parquet")
    return {
        "system": "splink 5.0.0 on duckdb " + duckdb.__version__,
        "blocking": arguments.blocking,
        "threads": arguments.threads,
        "threshold": arguments.threshold,
        "gi_rows": rows["gi"],
        "th_rows": rows["th"],
        "candidate_pairs": candidate_pairs,
        "matches": connection.execute("select count(*) from matches").fetchone()[0],
        "assignment_rounds": rounds,
        "seconds": {**watch.seconds, "total": total},
        "peak_resident_megabytes": peak_resident_megabytes(),
        "model": [
            {"comparison": c["output_column_name"], "levels": c["comparison_levels"]}
            for c in linker.misc.save_model_to_json()["comparisons"]
        ],
    }


def write_candidates(connection: duckdb.DuckDBPyConnection, predictions: str, path: Path) -> None:
    connection.execute(
        f"""copy (
            select case when source_dataset_l = 'gi' then unique_id_l else unique_id_r end as gi_id,
                case when source_dataset_l = 'gi' then unique_id_r else unique_id_l end as th_id,
                match_weight, match_probability
            from {predictions}) to '{path}' (format parquet)"""
    )


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gi", type=Path, required=True, help="GI extract, CSV or Parquet")
    parser.add_argument("--th", type=Path, required=True, help="TH extract, CSV or Parquet")
    parser.add_argument("--out", type=Path, required=True, help="directory for pairs.csv and report.json")
    parser.add_argument("--blocking", choices=("wide", "tight"), default="tight")
    parser.add_argument("--threshold", type=float, default=0.9, help="least match probability of a match")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="6GB", help="DuckDB memory limit")
    parser.add_argument("--keep-candidates", action="store_true", help="also write every scored pair")
    return parser.parse_args()


def main() -> None:
    logging.getLogger("splink").setLevel(logging.ERROR)
    arguments = parse_arguments()
    report = link(arguments)
    (arguments.out / "report.json").write_text(json.dumps(report, indent=2, default=str) + "\n")
    print(json.dumps({key: value for key, value in report.items() if key != "model"}))


if __name__ == "__main__":
    main()
