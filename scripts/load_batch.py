"""Load extract files of one source and window into the lake's RAW tables; print what became of their rows.

Each file is one batch and one Iceberg commit. A batch that has landed is not loaded again.

Exit codes: 0 loaded (or loaded before), 2 a file, an option or the lake cannot be used, 3 a commit conflict,
4 whether the batch has landed is unknown; after each of them running the same command again is safe.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.lake import LakeError, open_lake
from store_matching.landing import ExtractError, RowAccountingError
from store_matching.landing.commit_batch import DEFAULT_RETRIES
from store_matching.landing.commit_errors import exit_code
from store_matching.landing.describe import describe_load
from store_matching.landing.load_files import load_files
from store_matching.landing.options import add_reading_options, reading_mapping, window_start


def retries(text: str) -> int:
    """A whole number from 0."""
    number = int(text)
    if number < 0:
        raise ValueError
    return number


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV, CSV packed with gzip, or Parquet")
parser.add_argument("--source", required=True, choices=("gi", "th"), help="whose extract it is")
parser.add_argument(
    "--window", required=True, type=window_start, help="start of the batch's time window, such as 2026-11-20T11:00; UTC"
)
parser.add_argument(
    "--full", action="store_true", help="the file holds every store: land the differences, and deletions"
)
parser.add_argument("--batch-id", metavar="ID", help="default: window and content of the file")
parser.add_argument(
    "--retries",
    type=retries,
    default=DEFAULT_RETRIES,
    metavar="N",
    help="tries after a commit conflict (default: %(default)s); 0 shows the conflict",
)
parser.add_argument(
    "--lake", metavar="ROOT", help="folder or s3://bucket/prefix (default: STORE_MATCHING_LAKE or lake)"
)
add_reading_options(parser)
arguments = parser.parse_args()

try:
    results = load_files(
        open_lake(arguments.lake),
        arguments.source.upper(),
        arguments.files,
        arguments.window,
        mapping=reading_mapping(arguments, arguments.source.upper()),
        encoding=arguments.encoding,
        batch_id=arguments.batch_id,
        is_full=arguments.full,
        retries=arguments.retries,
        notify=lambda text: print(f"    {text}", file=sys.stderr, flush=True),
    )
    for result in results:
        print(describe_load(result), flush=True)
except (ExtractError, LakeError, RowAccountingError) as error:
    print(error, file=sys.stderr)
    sys.exit(exit_code(error))
