"""Check the connection of a target, say in plain words what to mend, and let `dbt debug` prove the rest."""

import argparse
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from store_matching.operations.connection_check import explain_answer, find_problems  # noqa: E402
from store_matching.operations.connection_profile import (  # noqa: E402
    ProfileError,
    find_profiles_file,
    read_target,
)

# Longer than Snowflake's own sign-in retries take to give up.
SECONDS_TO_CONNECT = 180

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--target", default="duckdb", help="target of profiles.yml: duckdb (default) or snowflake")
arguments = parser.parse_args()

project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
try:
    profiles_file = find_profiles_file(ROOT)
    target = read_target(profiles_file, project["profile"], arguments.target)
except ProfileError as error:
    sys.exit(f"{error.what}\n    -> {error.mend}")
print(f"target '{arguments.target}' of {profiles_file}")
if problems := find_problems(target, ROOT):
    print(*problems, sep="\n")
    sys.exit(f"{len(problems)} to mend; dbt debug was not run")

command = [str(Path(sys.executable).parent / "dbt"), "debug", "--target", arguments.target]
try:
    outcome = subprocess.run(
        [*command, "--profiles-dir", str(profiles_file.parent)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS_TO_CONNECT,
    )
except subprocess.TimeoutExpired:
    sys.exit(f"no answer within {SECONDS_TO_CONNECT} seconds\n    -> {explain_answer('timed out')}")
print(outcome.stdout)
if outcome.returncode != 0:
    mend = explain_answer(outcome.stdout) if target.values["type"] == "snowflake" else None
    sys.exit(f"dbt debug failed\n    -> {mend or 'read the error above'}")
print(f"target '{arguments.target}' is ready: dbt build --target {arguments.target}")
