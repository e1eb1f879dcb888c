"""Print what a build made of the loaded stores, in words and numbers a person understands."""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from store_matching.operations.build_counts import read_build_counts  # noqa: E402
from store_matching.operations.build_summary import render_summary  # noqa: E402
from store_matching.operations.demo_quality import measure_quality  # noqa: E402
from store_matching.operations.release_state import read_release_state  # noqa: E402
from store_matching.operations.run_results import read_run_results  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--database", type=Path, default=os.environ.get("STORE_MATCHING_DATABASE", "stores.duckdb"))
parser.add_argument("--run-results", type=Path, default=ROOT / "target/run_results.json")
parser.add_argument("--extracts", type=Path, help="folder of generated stores, to compare with their truth")
arguments = parser.parse_args()

try:
    counts = read_build_counts(arguments.database)
    quality = measure_quality(arguments.database, arguments.extracts) if arguments.extracts else None
except FileNotFoundError as error:
    sys.exit(str(error))
run = read_run_results(arguments.run_results) if arguments.run_results.is_file() else None
release = read_release_state(None, run and run.run_id)
print("\n" + render_summary(counts, run, quality, release))
