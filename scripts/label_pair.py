"""Decide, as a steward, whether a GI and a TH store are one. The next `dbt build` obeys, whatever the score says.

  python scripts/label_pair.py --gi GI:123 --th TH:9 --decision match --reason "called them"
  python scripts/label_pair.py --gi GI:123 --th TH:9 --decision none --reason "taken back"

match forces the pair, no_match forbids it, none takes earlier decisions back. Decisions are only added; the newest of a
pair holds.

To Snowflake it logs in as dbt does, as STORE_STEWARD on STORE_READ unless SNOWFLAKE_ROLE and SNOWFLAKE_WAREHOUSE say
otherwise.

Exit codes: 0 done, 2 the lake or Snowflake cannot be used or a store is not known.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.errors import LakeError
from store_matching.healing.labels import DECISIONS
from store_matching.healing.open_place import add_place_options, open_place

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--gi", required=True, metavar="KEY", help="the GI store, GI:…")
parser.add_argument("--th", required=True, metavar="KEY", help="the TH store, TH:…")
parser.add_argument("--decision", required=True, choices=DECISIONS)
parser.add_argument("--reason", required=True, help="why; kept with the decision")
add_place_options(parser)
arguments = parser.parse_args()


def main() -> int:
    """Check that both stores are known and keep the decision."""
    with open_place(arguments, role="STORE_STEWARD", warehouse="STORE_READ") as place:
        place.known_stores([arguments.gi, arguments.th])
        label_id = place.add_label(arguments.gi, arguments.th, arguments.decision, arguments.reason)
    print(f"{arguments.decision}: {arguments.gi} and {arguments.th} (label {label_id}); the next dbt build obeys")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LakeError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
