"""Run the benchmarks: `make bench`, or `python benchmarks/run.py <benchmark> --help`.

Without a benchmark named it runs `speed`. Results go to benchmarks/results as JSON and Markdown; lists,
databases and logs to benchmarks/results/work. Only ratios are claims: seconds are those of one machine.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness.children import ChildFailed
from benchmarks.harness.determinism import run_determinism
from benchmarks.harness.healing import run_healing
from benchmarks.harness.kills import run_kills
from benchmarks.harness.layout import RESULTS
from benchmarks.harness.loaders import run_loaders
from benchmarks.harness.pipeline import default_memory
from benchmarks.harness.publishing import run_publishing
from benchmarks.harness.quality import run_quality
from benchmarks.harness.scale import run_scale
from benchmarks.harness.sentinel import run_sentinel
from benchmarks.harness.speed import run_speed


def positive(text: str) -> int:
    """A whole number of at least one, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return number


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--threads", type=positive, default=2, help="threads of both systems (default 2)")
    common.add_argument("--memory", default=default_memory(), help="DuckDB memory limit (default %(default)s)")
    common.add_argument("--seed", type=int, default=7, help="seed of the generated lists (default %(default)s)")
    common.add_argument("--results", type=Path, default=RESULTS, help="folder of the results")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="benchmark", required=True)

    speed = commands.add_parser("speed", parents=[common], help="ours against Splink 5, generated lists")
    speed.add_argument("--stores", type=positive, default=300_000, help="stores per list (default %(default)s)")
    speed.add_argument("--repeats", type=positive, default=3, help="alternating repeats (default %(default)s)")
    speed.set_defaults(run=run_speed)

    scale = commands.add_parser("scale", parents=[common], help="ours at two sizes: time, memory, pairs")
    scale.add_argument("--sizes", type=positive, nargs="+", default=[100_000, 1_000_000])
    scale.set_defaults(run=run_scale)

    quality = commands.add_parser("quality", parents=[common], help="real store lists with known matches")
    quality.add_argument(
        "--lists",
        type=Path,
        default=os.environ.get("STORE_MATCHING_BENCHMARKS"),
        help="folder of folders with gi.csv, th.csv, truth.csv (default: $STORE_MATCHING_BENCHMARKS)",
    )
    quality.add_argument("--only", nargs="+", metavar="LIST", help="names of the lists to run")
    quality.add_argument("--peer", action="store_true", help="run Splink 5 too")
    quality.set_defaults(run=run_quality)

    publishing = commands.add_parser("publishing", parents=[common], help="releases: whole, one region, scattered")
    publishing.add_argument("--stores", type=positive, default=800_000, help="stores per list (default %(default)s)")
    publishing.set_defaults(run=run_publishing)

    loaders = commands.add_parser("loaders", parents=[common], help="many processes load batches at once")
    loaders.add_argument("--loaders", type=positive, default=8, help="processes (default %(default)s)")
    loaders.add_argument("--batches", type=positive, default=40, help="batches of each (default %(default)s)")
    loaders.add_argument("--rows", type=positive, default=5, help="rows per batch (default %(default)s)")
    loaders.add_argument("--retries", type=positive, default=40, help="after a conflict (default %(default)s)")
    loaders.set_defaults(run=run_loaders)

    kills = commands.add_parser("kills", parents=[common], help="dbt build killed at random moments")
    kills.add_argument("--stores", type=positive, default=2_000, help="stores per list (default %(default)s)")
    kills.add_argument("--kills", type=positive, default=20, help="kills (default %(default)s)")
    kills.set_defaults(run=run_kills)

    sentinel = commands.add_parser("sentinel", parents=[common], help="lost batches among many files, and recovery")
    sentinel.add_argument("--files", type=positive, default=200_000, help="data files (default %(default)s)")
    sentinel.add_argument("--snapshots", type=positive, default=20, help="of the table (default %(default)s)")
    sentinel.add_argument("--orphans", type=positive, default=200, help="lost batches (default %(default)s)")
    sentinel.add_argument("--repeats", type=positive, default=3, help="default %(default)s")
    sentinel.add_argument("--without-peer", action="store_true", help="leave the peer out")
    sentinel.set_defaults(run=run_sentinel)

    healing = commands.add_parser("healing", parents=[common], help="targeted runs beside the full refresh")
    healing.add_argument("--stores", type=positive, default=1_000_000, help="stores per list (default %(default)s)")
    healing.add_argument("--triggers", type=positive, nargs="+", default=[100, 1_000], help="default %(default)s")
    healing.set_defaults(run=run_healing)

    determinism = commands.add_parser("determinism", parents=[common], help="threads and row order change nothing")
    determinism.add_argument("--stores", type=positive, default=20_000)
    determinism.set_defaults(run=run_determinism)

    return parser.parse_args(arguments or ["speed"])


def main() -> None:
    options = parse_arguments(sys.argv[1:])
    try:
        sys.exit(options.run(options) or 0)
    except ChildFailed as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
