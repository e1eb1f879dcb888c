"""Run a command that talks to Snowflake, signed in as the GitHub job that runs it; elsewhere just run the command.

  python scripts/signed_in.py dbt build --target snowflake

The exit code is that of the command, 2 when there is no identity.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from store_matching.continuous_integration.errors import WorkflowStepError
from store_matching.continuous_integration.snowflake_identity import sign_in_variables

command = sys.argv[1:]
if not command or command[0] in ("-h", "--help"):
    print(__doc__)
    sys.exit(0 if command else 2)
try:
    variables = sign_in_variables(os.environ)
except WorkflowStepError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
if variables:
    # GitHub hides it in every log line that follows.
    print(f"::add-mask::{next(iter(variables.values()))}", flush=True)
os.execvpe(command[0], command, {**os.environ, **variables})
