"""Build what a pull request changes in a clone of the production database SNOWFLAKE_DATABASE, or drop the clone.

Exit codes: those of dbt; 2 also for an option that cannot be used.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.continuous_integration.errors import WorkflowStepError
from store_matching.continuous_integration.slim_build import build, drop, number_of

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("action", choices=("build", "drop"))
parser.add_argument("--pull-request", required=True, metavar="NUMBER")
parser.add_argument("--state", type=Path, default=Path("target/state"), help="folder of production's manifest")
arguments = parser.parse_args()

dbt = Path(sys.executable).parent / "dbt"
try:
    number = number_of(arguments.pull_request)
except WorkflowStepError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
sys.exit(build(dbt, number, arguments.state) if arguments.action == "build" else drop(dbt, number))
