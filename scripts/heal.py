"""Match again: the stores of due triggers or of one batch of them (targeted), or every store (full), by one dbt build.

Exit codes are those of dbt build, 2 for an option that cannot be used.
"""

import argparse
import json
import os
import re
import sys
from pathlib import Path

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--mode", choices=("targeted", "full"), default="targeted")
parser.add_argument("--trigger-batch", default="", metavar="NAME", help="targeted: only triggers of this batch")
parser.add_argument("--target", default="duckdb", help="target of profiles.yml (default: %(default)s)")
arguments = parser.parse_args()
if arguments.trigger_batch and arguments.mode == "full":
    parser.error("--trigger-batch belongs to --mode targeted: a full run covers every store")
if arguments.trigger_batch and not re.fullmatch(r"[\w.:+-]{1,200}", arguments.trigger_batch):
    parser.error(f"--trigger-batch {arguments.trigger_batch!r}: a batch is named by letters, digits and _ . : + -")

command = [str(Path(sys.executable).parent / "dbt"), "build", "--target", arguments.target]
if arguments.mode == "full":
    command.append("--full-refresh")
elif arguments.trigger_batch:
    command += ["--vars", json.dumps({"trigger_batch": arguments.trigger_batch})]
os.execv(command[0], command)
