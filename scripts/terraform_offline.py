"""Run terraform on one environment without a network or an account, with the stand-in for the provider.

python scripts/terraform_offline.py prod plan
python scripts/terraform_offline.py dev validate
"""

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from store_matching.infrastructure.offline_terraform import (  # noqa: E402
    VALUES,
    OfflineTerraform,
    OfflineTerraformError,
)

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("environment", choices=("dev", "test", "prod"))
parser.add_argument("command", choices=("validate", "plan"))
arguments = parser.parse_args()

with tempfile.TemporaryDirectory() as folder:
    try:
        terraform = OfflineTerraform(Path(folder) / "workspace")
    except OfflineTerraformError as error:
        sys.exit(str(error))
    with terraform:
        options = (VALUES, "-compact-warnings") if arguments.command == "plan" else ()
        for command in (("init",), (arguments.command, *options)):
            done = terraform.run(f"environments/{arguments.environment}", *command)
            if done.returncode:
                sys.exit(done.stdout + done.stderr)
    print(done.stdout)
