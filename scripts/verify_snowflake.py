"""Find out on an account what no test without one can show, claim by claim, in a scratch database.

Makes STORE_PROOF_<suffix>, tries what is still open about Snowflake and the whole flow of this project in small (build,
publish, break, roll back, lose and recover a batch, a targeted run), writes report.md and report.json, and drops the
database, also after a failure, Ctrl-C or SIGTERM. Logs in as dbt does: target snowflake of profiles.yml (or of
profiles.example.yml), the variables SNOWFLAKE_…. Nothing outside the scratch is changed; the log has no secret.
The claims of project_roles ask, in the database of SNOWFLAKE_DATABASE, what the project's roles may do, as those of
them that the user has.

The role of SNOWFLAKE_ROLE needs CREATE DATABASE on the account, as STORE_ADMINISTRATOR has, or owns the empty database
given by --database; and USAGE on SNOWFLAKE_WAREHOUSE and on the volume of SNOWFLAKE_EXTERNAL_VOLUME.

Exit codes: 0 every claim that was tried holds, 2 cannot begin or cannot clean, 3 some claim does not hold or was not
allowed, 130 interrupted.
"""

import argparse
import os
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from store_matching.errors import LakeError  # noqa: E402
from store_matching.operations.snowflake_target import read_snowflake_target  # noqa: E402
from store_matching.snowflake_proof.choose import chosen_claims  # noqa: E402
from store_matching.snowflake_proof.claims import GROUPS  # noqa: E402
from store_matching.snowflake_proof.report import counts  # noqa: E402
from store_matching.snowflake_proof.scratch import new_suffix, scratch_of  # noqa: E402
from store_matching.snowflake_proof.verdicts import Verdict  # noqa: E402
from store_matching.snowflake_proof.verify import Options, Target, clean, verify  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--list", action="store_true", help="show the claims; nothing is connected to")
parser.add_argument("--only", action="append", default=[], metavar="NAME", help="a claim or group; may be repeated")
parser.add_argument("--clean", metavar="SUFFIX", help="remove what a killed run left, and end")
parser.add_argument("--database", help="an empty database to work in, instead of making one")
parser.add_argument("--stage", default="", metavar="@STAGE", help="external stage over the location of the volume")
parser.add_argument("--report", type=Path, default=ROOT / "target/snowflake_proof", help="folder for the report")
parser.add_argument("--project-dir", type=Path, default=ROOT, help=argparse.SUPPRESS)
arguments = parser.parse_args()


def tell(text: str) -> None:
    """Print progress."""
    print(text, file=sys.stderr, flush=True)


def list_claims() -> None:
    """Print every claim by group."""
    for group, claims in GROUPS.items():
        print(group)
        for claim in claims:
            print(f"  {claim.name:32} {claim.text} [{claim.source}]")


def target_of_dbt() -> Target:
    """Return the target snowflake. Raises LakeError when it lacks a setting."""
    target, file = read_snowflake_target(arguments.project_dir, ROOT / "profiles.example.yml")
    profile = yaml.safe_load((arguments.project_dir / "dbt_project.yml").read_text(encoding="utf-8"))["profile"]
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))[profile]["outputs"]["snowflake"]
    return Target(raw, target.values)


def main() -> int:
    """Do what was asked for and return the exit code."""
    if arguments.list:
        list_claims()
        return 0
    claims = chosen_claims(arguments.only)
    target = target_of_dbt()
    suffix = arguments.clean or new_suffix()
    scratch = scratch_of(suffix, arguments.database, str(target.settings["database"]))
    if arguments.clean:
        clean(target, scratch, tell)
        return 0
    volume = os.environ.get("SNOWFLAKE_EXTERNAL_VOLUME", "")
    options = Options(claims, arguments.project_dir, arguments.report, volume, arguments.stage)
    outcomes = verify(target, scratch, options, tell)
    print(", ".join(f"{count} {verdict}" for verdict, count in counts(outcomes).items()))
    return 0 if {outcome.verdict for outcome in outcomes} <= {Verdict.HOLDS, Verdict.NOT_RUN} else 3


try:
    sys.exit(main())
except LakeError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
except KeyboardInterrupt:
    print("interrupted; the scratch was removed", file=sys.stderr)
    sys.exit(130)
