"""Load GI and TH extract files into the RAW landing tables; print what became of their rows.

Exit codes: 0 loaded (or loaded before), 2 a file, an option or the database cannot be used.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.landing import ExtractError, load_extract
from store_matching.landing.batch import now
from store_matching.landing.database import DatabaseError, default_database, open_database
from store_matching.landing.describe import describe_load
from store_matching.landing.options import add_extract_options, extract_sources


def window(text: str) -> datetime:
    """ISO date and time; a time without zone is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
add_extract_options(parser, required=False)
parser.add_argument("--database", type=Path, default=default_database(), help="DuckDB file (default: %(default)s)")
parser.add_argument("--batch-id", help="default: window and content; a batch that is there is not loaded again")
parser.add_argument("--window", type=window, help="start of the batch's time window, UTC (default: now)")
arguments = parser.parse_args()
if arguments.gi is None and arguments.th is None:
    parser.error("name an extract with --gi FILE, --th FILE or both")

try:
    sources = extract_sources(arguments)
    for source in sources:
        # A fault in the second file's header is said before the first file is loaded.
        source.open()
    with open_database(arguments.database) as connection:
        window_start = arguments.window or now()
        for source in sources:
            print(
                describe_load(
                    load_extract(
                        connection,
                        source.source_system,
                        source.path,
                        mapping=source.mapping,
                        encoding=source.encoding,
                        batch_id=arguments.batch_id,
                        window_start=window_start,
                    )
                ),
                flush=True,
            )
except (ExtractError, DatabaseError) as error:
    print(error, file=sys.stderr)
    sys.exit(2)
