"""Ask that stores are matched again by the next `dbt build`, whatever their logic version: by key, or by a condition.

  python scripts/request_reprocess.py --store GI:123 --store TH:9 --reason "wrong chain"
  python scripts/request_reprocess.py --where "country = 'FR' and match_status = 'GI_ONLY'" --reason "new forms"

Each store gets a trigger in OPS.reprocess_triggers; a store that has a request waiting keeps that one. Run the batch
alone with: dbt build --vars '{trigger_batch: NAME}'

To Snowflake it logs in as dbt does, as STORE_TRANSFORMER on STORE_OPERATE unless SNOWFLAKE_ROLE and SNOWFLAKE_WAREHOUSE
say otherwise.

Exit codes: 0 done, 2 the lake or Snowflake cannot be used or a store or condition is wrong.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.errors import LakeError
from store_matching.healing.open_place import add_place_options, open_place

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
which = parser.add_mutually_exclusive_group(required=True)
which.add_argument("--store", action="append", metavar="KEY", help="a store, GI:… or TH:…; may be repeated")
which.add_argument("--where", metavar="CONDITION", help="SQL condition over the active release's stores")
parser.add_argument("--reason", required=True, help="why; kept with each trigger")
parser.add_argument("--batch", metavar="NAME", help="name of the batch (default: made of the time)")
parser.add_argument("--dry-run", action="store_true", help="only say which stores")
add_place_options(parser)
arguments = parser.parse_args()


def main() -> int:
    """Find the stores and ask for them."""
    with open_place(arguments, role="STORE_TRANSFORMER", warehouse="STORE_OPERATE") as place:
        keys = place.known_stores(arguments.store) if arguments.store else place.stores_where(arguments.where)
        number = place.release_id
        named = ", ".join(keys[:5]) + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")
        if not keys:
            print(f"no store of release {number} meets the condition; nothing is asked for")
            return 0
        if arguments.dry_run:
            print(f"{len(keys)} stores of release {number}: {named}")
            return 0
        batch = arguments.batch or f"request-{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"
        made = place.request(keys, arguments.reason, batch)
        print(f"{len(made)} triggers made in batch {batch}: {named}")
        if len(made) < len(keys):
            print(f"{len(keys) - len(made)} stores have a request waiting already")
        if made:
            print(f"run them with: dbt build --vars '{{trigger_batch: \"{batch}\"}}'  (any dbt build runs them too)")
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LakeError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
