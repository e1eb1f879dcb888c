"""Say whether the active release is so much worse than it was that a full refresh is due.

Thresholds are the variables critical_unmatched_share and critical_score_drift of dbt_project.yml. With --json one
JSON object is printed: critical, release_id, baseline_release_id, unmatched_share, score_drift,
estimated_full_refresh_seconds, reasons.

Exit codes: 0 checked, whatever was found; 1 a full refresh is due, with --fail-if-critical; 2 the lake cannot be used
or nothing is released.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.healing.health import check_health, thresholds
from store_matching.lake import LakeError, open_lake

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--json", action="store_true", help="print one JSON object")
parser.add_argument("--fail-if-critical", action="store_true", help="exit with 1 when a full refresh is due")
parser.add_argument("--critical-unmatched-share", type=float, metavar="SHARE", help="0 to 1 (default: the variable)")
parser.add_argument("--critical-score-drift", type=float, metavar="INDEX", help="default: the variable")
parser.add_argument("--lake", metavar="ROOT", help="folder or s3://bucket/prefix (default: STORE_MATCHING_LAKE)")
arguments = parser.parse_args()


def main() -> int:
    """Check and print."""
    given = {
        "critical_unmatched_share": arguments.critical_unmatched_share,
        "critical_score_drift": arguments.critical_score_drift,
    }
    limits = thresholds() | {name: value for name, value in given.items() if value is not None}
    health = check_health(open_lake(arguments.lake, create=False), arguments.lake, limits)
    if arguments.json:
        print(json.dumps(health.as_json()))
        return exit_code(health.critical)
    against = "" if health.baseline_release_id is None else f" from release {health.baseline_release_id}"
    print(f"release {health.release_id}: {health.unmatched_share:.1%} of the golden stores have no partner")
    print(f"score drift{against}: {health.score_drift:.3f}")
    for reason in health.reasons:
        print(f"critical: {reason}")
    print("a full refresh is due" if health.critical else "no full refresh is due")
    return exit_code(health.critical)


def exit_code(critical: bool) -> int:
    """1 where the caller wants to fail of it."""
    return 1 if critical and arguments.fail_if_critical else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LakeError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
