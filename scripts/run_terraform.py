"""Plan an environment of terraform/, apply the plan that was approved, or say whether the account has drifted.

plan writes target/terraform/<environment>/plan.txt and comment.md and prints the digest that apply must be given.
Exit codes: 0 done, 1 drift, 2 it cannot be done: Terraform failed, or the plan is not the approved one any more.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from store_matching.continuous_integration.errors import WorkflowStepError  # noqa: E402
from store_matching.continuous_integration.step_outputs import write_outputs, write_summary  # noqa: E402
from store_matching.continuous_integration.terraform_runs import apply_plan, find_environment, make_plan  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("action", choices=("plan", "apply", "drift"))
parser.add_argument("--environment", required=True, metavar="NAME", help="a folder of --folder")
parser.add_argument("--approved", default="", metavar="DIGEST", help="that plan printed; apply does no other plan")
parser.add_argument("--folder", type=Path, default=ROOT / "terraform" / "environments", help="default: %(default)s")
parser.add_argument("--out", type=Path, default=ROOT / "target" / "terraform", help="default: %(default)s")
arguments = parser.parse_args()

try:
    environment = find_environment(arguments.folder, arguments.environment)
    out = arguments.out / environment.name
    if arguments.action == "apply":
        plan = apply_plan(environment, out, arguments.approved)
    else:
        plan = make_plan(environment, out)
except WorkflowStepError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
print(plan.text)
if arguments.action == "apply":
    print(f"{plan.environment}: applied" if plan.has_changes else f"{plan.environment}: nothing to do")
    sys.exit(0)
report = plan.in_markdown()
(out / "comment.md").write_text(report, encoding="utf-8")
write_summary(report)
write_outputs({"digest": plan.digest, "has_changes": str(plan.has_changes).lower()})
if arguments.action == "drift" and plan.has_changes:
    print(f"{plan.environment} has drifted: the account is not what terraform/ says", file=sys.stderr)
    sys.exit(1)
print(f"{plan.environment}: {'changes' if plan.has_changes else 'nothing to do'}, APPROVED={plan.digest}")
