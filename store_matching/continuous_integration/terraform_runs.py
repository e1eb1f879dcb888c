"""Plan and apply an environment of terraform/: what is applied is what was approved, or nothing."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from store_matching.continuous_integration.errors import WorkflowStepError

BINARIES = ("terraform", "tofu")
PLAN = "plan.tfplan"
TEXT = "plan.txt"
# Of `plan -detailed-exitcode`.
NOTHING_TO_DO, CHANGES = 0, 2
# A comment holds 65,536 characters, this one more than the plan.
SHOWN_CHARACTERS = 60_000


@dataclass(frozen=True)
class Plan:
    """What Terraform would do to an environment.

    text:   as `terraform show` prints it, without values that are marked as sensitive
    digest: SHA-256 of the text, by which it is approved
    file:   the plan itself; it holds secrets in the clear and never leaves the machine
    """

    environment: str
    has_changes: bool
    text: str
    digest: str
    file: Path

    def in_markdown(self) -> str:
        """Return the plan as a comment."""
        if not self.has_changes:
            return f"### Terraform, {self.environment}: nothing to do\n"
        shown = self.text if len(self.text) <= SHOWN_CHARACTERS else self.text[:SHOWN_CHARACTERS] + "\n… cut"
        # A fence of the plan's own would end this one early.
        fence = "`" * 8
        return (
            f"### Terraform, {self.environment}: changes\n\n<details><summary>plan {self.digest[:12]}</summary>\n\n"
            f"{fence}\n{shown}\n{fence}\n\n</details>\n"
        )


def find_environment(folder: Path, name: str) -> Path:
    """Return the folder of an environment. Raises WorkflowStepError, naming those there are."""
    known = sorted(path.parent.name for path in folder.glob("*/main.tf"))
    if not known:
        raise WorkflowStepError(f"{folder} has no environment: expected {folder}/<environment>/main.tf")
    if name not in known:
        raise WorkflowStepError(f"ENVIRONMENT={name}: no such environment; choose one of {', '.join(known)}")
    return folder / name


def make_plan(environment: Path, out: Path) -> Plan:
    """Plan the environment in folder `environment`; write plan.tfplan and plan.txt into `out`.

    Raises WorkflowStepError with Terraform's words when it fails.
    """
    out.mkdir(parents=True, exist_ok=True)
    file = (out / PLAN).resolve()
    _terraform(environment, "init", "-input=false", "-no-color")
    # Nothing is written by a plan, and the role of pull requests may not write a lock.
    options = ("-input=false", "-no-color", "-lock=false", "-detailed-exitcode", f"-out={file}")
    code, _ = _terraform(environment, "plan", *options, accept=(NOTHING_TO_DO, CHANGES))
    _, text = _terraform(environment, "show", "-no-color", str(file))
    (out / TEXT).write_text(text, encoding="utf-8")
    return Plan(environment.name, code == CHANGES, text, hashlib.sha256(text.encode()).hexdigest(), file)


def apply_plan(environment: Path, out: Path, approved: str) -> Plan:
    """Plan again and apply that plan, where its digest is the approved one; nothing to do is no error.

    Raises WorkflowStepError when another plan was approved, or Terraform fails.
    """
    plan = make_plan(environment, out)
    if plan.digest != approved:
        raise WorkflowStepError(
            f"{environment.name} has changed since its plan was approved: that was {approved[:12] or 'none'}, "
            f"it is {plan.digest[:12]} now ({out / TEXT}); plan and approve again"
        )
    if plan.has_changes:
        _terraform(environment, "apply", "-input=false", "-no-color", "-lock-timeout=5m", str(plan.file))
    return plan


def _terraform(folder: Path, *arguments: str, accept: tuple[int, ...] = (0,)) -> tuple[int, str]:
    program = next((found for name in BINARIES if (found := shutil.which(name))), None)
    if program is None:
        raise WorkflowStepError(f"there is no {' or '.join(BINARIES)} on the PATH: install Terraform 1.11 or later")
    outcome = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True)
    if outcome.returncode not in accept:
        raise WorkflowStepError(
            f"{Path(program).name} {arguments[0]} of {folder.name} failed:\n{outcome.stdout}{outcome.stderr}"
        )
    return outcome.returncode, outcome.stdout
