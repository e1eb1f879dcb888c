"""Fetch the manifest of what is in production, as the newest deployment of main kept it, for builds with --state.

Reads GITHUB_REPOSITORY and GITHUB_TOKEN (permission actions: read).
Exit codes: 0 fetched, or there was no deployment yet and the folder is empty; 2 it cannot be fetched.
"""

import argparse
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from store_matching.continuous_integration.errors import WorkflowStepError  # noqa: E402
from store_matching.continuous_integration.github_api import GitHubApi  # noqa: E402
from store_matching.continuous_integration.production_state import fetch_state  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--out", type=Path, default=ROOT / "target" / "state", help="folder (default: %(default)s)")
arguments = parser.parse_args()

try:
    # What an earlier call left must not pass for production.
    shutil.rmtree(arguments.out, ignore_errors=True)
    commit = fetch_state(GitHubApi.from_environment(), arguments.out)
except WorkflowStepError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
print("no deployment has kept a state yet" if commit is None else f"state of {commit} in {arguments.out}")
