"""Print the facts of the active release as one JSON object, for schedulers that announce it.

Entries: release_id (null where nothing is released), snapshot_ids (Iceberg snapshot by table name), git_sha,
logic_version, golden_stores, run_id, activated_at, published_by_last_run (whether the last dbt build made it),
is_fully_refreshed (whether a full build made it or came after it).

Exit codes: 0 printed, 2 the lake cannot be used.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.lake import LakeError, open_lake
from store_matching.releases.event import release_event

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--lake", metavar="ROOT", help="folder or s3://bucket/prefix (default: STORE_MATCHING_LAKE)")
arguments = parser.parse_args()

try:
    print(json.dumps(release_event(open_lake(arguments.lake, create=False).ops)))
except LakeError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
