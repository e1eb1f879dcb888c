"""Match a GI extract file with a TH extract file; nothing else is needed and no database is left behind.

Writes into --out: store_matches.csv, linked_duplicates.csv, scored_pairs.parquet, rejected_rows.csv,
ignored_values.csv and summary.json. Progress goes to standard error, the summary to standard output.
Exit codes: 0 matched, 1 the models failed or the outputs do not add up, 2 a file or an option cannot be used.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.landing import ExtractError
from store_matching.landing.options import add_extract_options, extract_sources
from store_matching.match_files import MatchOptions, match_files
from store_matching.match_files.reconciliation import ReconciliationError
from store_matching.match_files.relations import ASSIGNMENTS
from store_matching.match_files.transform import TransformError

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
add_extract_options(parser, required=True)
parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the results are written")
parser.add_argument(
    "--assignment",
    choices=ASSIGNMENTS,
    default="1:1",
    help="n:1 lets several GI stores share one TH store (default: %(default)s)",
)
parser.add_argument(
    "--threshold",
    type=float,
    help="smallest match score of a match, 0 to 100 (default: that of dbt_project.yml)",
)
parser.add_argument("--threads", type=int, help="of dbt and DuckDB (default: that of the profile)")
parser.add_argument("--keep-database", action="store_true", help="leave the database in FOLDER/scratch")
parser.add_argument("--quiet", action="store_true", help="no progress")
arguments = parser.parse_args()


def progress(line: str) -> None:
    """Show what is going on, where it does not mix with the summary."""
    if not arguments.quiet:
        print(line, file=sys.stderr, flush=True)


try:
    options = MatchOptions(arguments.assignment, arguments.threshold, arguments.threads, arguments.keep_database)
except ValueError as error:
    parser.error(str(error))
if arguments.out.exists() and not arguments.out.is_dir():
    parser.error(f"--out {arguments.out} is a file; name a folder")
try:
    gi, th = extract_sources(arguments)
    summary = match_files(gi, th, arguments.out, options, progress)
except ExtractError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
except (TransformError, ReconciliationError) as error:
    print(error, file=sys.stderr)
    sys.exit(1)
print(summary.in_words())
print(f"Results: {arguments.out}/")
