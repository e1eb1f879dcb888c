"""Plans, approvals and drift, by Terraform itself on a resource that needs no provider and no account."""

import re
import shutil
import subprocess
import sys

import pytest

MAIN = """
variable "size" { default = "XSMALL" }
variable "password" {
  default   = "hunter2-of-the-plan"
  sensitive = true
}
resource "terraform_data" "warehouse" { input = { size = var.size, password = var.password } }
"""

pytestmark = pytest.mark.skipif(
    shutil.which("terraform") is None and shutil.which("tofu") is None, reason="no terraform or tofu on the PATH"
)


@pytest.fixture
def run(repository, tmp_path, monkeypatch):
    """Function: scripts/run_terraform.py on an environment `dev` of one resource."""
    folder = tmp_path / "environments" / "dev"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(MAIN)
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "outputs"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    monkeypatch.setenv("CHECKPOINT_DISABLE", "1")

    def call(action, *options, environment="dev", size="XSMALL"):
        monkeypatch.setenv("TF_VAR_size", size)
        command = [sys.executable, "scripts/run_terraform.py", action, "--environment", environment, *options]
        folders = ["--folder", str(folder.parent), "--out", str(tmp_path / "out")]
        return subprocess.run([*command, *folders], cwd=repository, capture_output=True, text=True)

    return call


def approved(outcome):
    return re.search(r"APPROVED=([0-9a-f]{64})", outcome.stdout)[1]


def test_the_plan_that_was_approved_is_applied_and_then_there_is_no_drift(run, tmp_path):
    plan = run("plan")
    assert plan.returncode == 0, plan.stderr
    assert 'resource "terraform_data" "warehouse"' in plan.stdout
    assert run("drift").returncode == 1

    applied = run("apply", "--approved", approved(plan))
    assert applied.returncode == 0, applied.stderr
    assert "dev: applied" in applied.stdout
    calm = run("drift")
    assert calm.returncode == 0, calm.stdout
    assert "has_changes=true\n" in (tmp_path / "outputs").read_text()
    assert (tmp_path / "outputs").read_text().endswith("has_changes=false\n")

    drifted = run("drift", size="LARGE")
    assert drifted.returncode == 1
    assert "dev has drifted" in drifted.stderr


@pytest.mark.parametrize("options", [(), ("--approved", "0" * 64)])
def test_another_plan_than_the_approved_one_is_refused(run, options):
    outcome = run("apply", *options)
    assert outcome.returncode == 2
    assert "dev has changed since its plan was approved" in outcome.stderr
    assert run("drift").returncode == 1, "something was applied"


def test_what_changed_since_the_approval_is_not_applied(run):
    plan = run("plan")
    outcome = run("apply", "--approved", approved(plan), size="LARGE")
    assert outcome.returncode == 2
    assert run("drift").returncode == 1


def test_the_comment_holds_the_plan_and_no_sensitive_value(run, tmp_path):
    plan = run("plan")
    comment = (tmp_path / "out" / "dev" / "comment.md").read_text()
    assert "### Terraform, dev: changes" in comment
    assert "XSMALL" in comment
    summary = (tmp_path / "summary").read_text()
    assert comment.rstrip() in summary
    assert "hunter2-of-the-plan" not in plan.stdout + plan.stderr + comment + summary


def test_an_environment_that_is_not_there_is_named_with_those_that_are(run):
    outcome = run("plan", environment="../prod")
    assert outcome.returncode == 2
    assert "ENVIRONMENT=../prod: no such environment; choose one of dev" in outcome.stderr


def test_the_words_of_terraform_are_shown_when_it_fails(run, tmp_path):
    (tmp_path / "environments" / "dev" / "main.tf").write_text('resource "terraform_data" "a" { inptu = 1 }')
    outcome = run("plan")
    assert outcome.returncode == 2
    assert "Unsupported argument" in outcome.stderr
