"""Load the generated demo extracts into the lake as hourly batches; print what became of their rows.

Exit codes: 0 loaded (or loaded before), 2 a file, an option or the lake cannot be used, 3 a commit conflict,
4 whether a batch has landed is unknown; after each of them running the same command again is safe.
"""

import argparse
import sys
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.lake import LakeError, open_lake
from store_matching.landing import ExtractError, RowAccountingError
from store_matching.landing.commit_errors import exit_code
from store_matching.landing.demo_batches import LAST_WINDOW, WINDOWS, load_demo_batches
from store_matching.landing.describe import describe_batch, describe_batches
from store_matching.landing.options import window_start

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--extracts", type=Path, default=Path("data/demo"), help="folder of gi.csv and th.csv")
parser.add_argument(
    "--lake", metavar="ROOT", help="folder or s3://bucket/prefix (default: STORE_MATCHING_LAKE or lake)"
)
parser.add_argument("--windows", type=int, choices=range(1, 169), default=WINDOWS, metavar="N", help="batches a source")
parser.add_argument("--last-window", type=window_start, default=LAST_WINDOW, help="UTC (default: %(default)s)")
arguments = parser.parse_args()


def load(last_window: datetime) -> None:
    """Load all batches, a line for each that is new, and a summary."""
    results = []
    for result in load_demo_batches(
        open_lake(arguments.lake), arguments.extracts, windows=arguments.windows, last_window=last_window
    ):
        results.append(result)
        if not result.already_loaded:
            print(describe_batch(result), flush=True)
    print(describe_batches(results))


try:
    load(arguments.last_window)
except (ExtractError, LakeError, RowAccountingError) as error:
    print(error, file=sys.stderr)
    sys.exit(exit_code(error))
