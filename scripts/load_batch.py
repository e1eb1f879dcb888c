"""Load extract files of one source and window into the RAW tables; print what became of their rows.

Each file is one batch and one commit: of Iceberg in the lake, or with --target snowflake one transaction there. A batch
that has landed is not loaded again. To Snowflake it logs in as dbt does (target snowflake of profiles.yml or
profiles.example.yml), as STORE_LOADER on STORE_LOAD unless SNOWFLAKE_ROLE and SNOWFLAKE_WAREHOUSE say otherwise.

Exit codes: 0 loaded (or loaded before), 2 a file, an option, the lake or Snowflake cannot be used, 3 a commit conflict,
4 whether the batch has landed is unknown; after each of them running the same command again is safe.
"""

import argparse
import contextlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.lake import LakeError, open_lake
from store_matching.landing import ExtractError, RowAccountingError
from store_matching.landing.commit_batch import DEFAULT_RETRIES, RETRIES_OF_OTHER_FAILURES
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
    help="tries after a commit conflict (default: %(default)s); 0 shows the conflict; on Snowflake at most "
    f"{RETRIES_OF_OTHER_FAILURES}",
)
parser.add_argument("--target", choices=("duckdb", "snowflake"), default="duckdb", help="default: duckdb, the lake")
parser.add_argument(
    "--lake", metavar="ROOT", help="folder or s3://bucket/prefix (default: STORE_MATCHING_LAKE or lake)"
)
add_reading_options(parser)
arguments = parser.parse_args()
is_snowflake = arguments.target == "snowflake"
if is_snowflake and arguments.lake:
    parser.error("--lake names DuckDB's lake; --target snowflake loads the database of SNOWFLAKE_DATABASE")

with contextlib.ExitStack() as stack:
    try:
        if is_snowflake:
            # Not at the top: they are slow to load, and the lake needs neither.
            from store_matching.landing.snowflake_load import QUERY_TAG
            from store_matching.landing.snowflake_load import load_batch_into_snowflake as load_one
            from store_matching.operations.snowflake_session import open_snowflake

            place = stack.enter_context(open_snowflake(QUERY_TAG, role="STORE_LOADER", warehouse="STORE_LOAD"))
        else:
            from store_matching.landing.lake_load import load_batch as load_one

            place = open_lake(arguments.lake)
        results = load_files(
            place,
            arguments.source.upper(),
            arguments.files,
            arguments.window,
            mapping=reading_mapping(arguments, arguments.source.upper()),
            encoding=arguments.encoding,
            batch_id=arguments.batch_id,
            is_full=arguments.full,
            retries=arguments.retries,
            notify=lambda text: print(f"    {text}", file=sys.stderr, flush=True),
            load_one=load_one,
        )
        for result in results:
            print(describe_load(result), flush=True)
    except (ExtractError, LakeError, RowAccountingError) as error:
        print(error, file=sys.stderr)
        sys.exit(exit_code(error))
