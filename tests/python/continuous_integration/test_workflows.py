"""Conventions of .github/workflows that no linter checks, and that the linters find what they are there for."""

import re
import subprocess

import pytest
import yaml

PINNED = re.compile(r"^\s*(?:- )?uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
ONE_TARGET = re.compile(r"make ([a-z][a-z-]*)")
# Texts that somebody outside may write: in a command they would be run.
FOREIGN = re.compile(r"\$\{\{[^}]*\b(?:inputs|github\.event|github\.head_ref)\b")


def workflow_files(repository):
    return sorted((repository / ".github" / "workflows").glob("*.yml"))


@pytest.fixture(scope="module")
def workflows(repository):
    """Content by file name."""
    files = workflow_files(repository)
    assert {"ci.yml", "deploy.yml", "healing.yml", "terraform.yml"} <= {file.name for file in files}
    return {file.name: yaml.safe_load(file.read_text(encoding="utf-8")) for file in files}


@pytest.fixture(scope="module")
def jobs(workflows):
    """Every job by workflow and name."""
    return {(file, name): job for file, content in workflows.items() for name, job in content["jobs"].items()}


def steps_of(jobs):
    return [(where, step) for where, job in jobs.items() for step in job["steps"]]


def test_every_run_step_is_one_call_of_a_make_target_that_exists(repository, jobs):
    makefiles = [repository / "Makefile", *(repository / "make").glob("*.mk")]
    known = {
        name
        for file in makefiles
        for name in re.findall(r"^([a-z][a-z-]*):", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    targets = set()
    for where, step in steps_of(jobs):
        if "run" in step:
            called = ONE_TARGET.fullmatch(step["run"])
            assert called, f"{where}: {step['run']!r} is not one make target"
            targets.add(called[1])
    assert {"lint", "match-quality", "deploy", "heal"} <= targets
    assert targets <= known


def test_every_action_is_pinned_by_a_whole_commit_hash_and_says_its_version(repository):
    found = 0
    for file in workflow_files(repository):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if "uses:" in line:
                found += 1
                assert PINNED.match(line), f"{file.name}:{number}: {line.strip()}"
    assert found > 20


def test_one_action_has_one_commit_everywhere(repository):
    pins = {}
    for file in workflow_files(repository):
        for action, pin in re.findall(r"uses: ([\w./-]+)@(.+)$", file.read_text(encoding="utf-8"), re.MULTILINE):
            pins.setdefault(action, set()).add(pin)
    assert {action: found for action, found in pins.items() if len(found) > 1} == {}


def test_nothing_is_allowed_that_a_job_does_not_ask_for(workflows, jobs):
    assert all(content["permissions"] == {} for content in workflows.values())
    for where, job in jobs.items():
        assert job["permissions"], where
        written = {right for right, how in job["permissions"].items() if how == "write"}
        assert written <= {"id-token", "pull-requests", "pages"}, where


def test_who_may_write_comments_or_sign_in_runs_no_code_of_a_fork(workflows, jobs):
    is_own = "github.event.pull_request.head.repo.full_name == github.repository"
    for (file, name), job in jobs.items():
        if "pull_request" not in workflows[file][True]:
            continue
        if job["permissions"].get("id-token") == "write":
            # Only the first condition of all: what stands behind an "or" would not keep a fork out.
            is_no_pull_request = job["if"].startswith("${{ github.event_name != 'pull_request' && ")
            assert is_no_pull_request or is_own in job["if"], (file, name)
        if job["permissions"].get("pull-requests") == "write":
            (checkout,) = (step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@"))
            assert checkout["with"]["ref"] == "${{ github.event.pull_request.base.sha }}", (file, name)
    # With the rights of the base and the code of the pull request anybody could do anything.
    assert not any("pull_request_target" in content[True] for content in workflows.values())


def test_code_of_a_pull_request_gets_the_key_of_terraform_behind_a_reviewer_alone(repository, workflows, jobs):
    holders = {
        (file, name): job["environment"]
        for (file, name), job in jobs.items()
        if "secrets.SNOWFLAKE_PRIVATE_KEY" in str(job)
    }
    of_pull_requests = {where for where in holders if "pull_request" in workflows[where[0]][True]}
    expected = "${{ github.event_name == 'pull_request' && 'terraform-plan-pull-request' || 'terraform-plan' }}"
    assert holders[("terraform.yml", "plan")] == expected
    for where in of_pull_requests - {("terraform.yml", "plan")}:
        assert jobs[where]["if"].startswith("${{ github.event_name != 'pull_request' && "), where
    assert holders[("nightly.yml", "infrastructure")] == "terraform-plan"
    # What protects it is set on GitHub: who sets it up must be told.
    guide = (repository / "docs/ci.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(terraform-[\w-]+)` \|(.*)\|(.*)\|$", guide, re.MULTILINE)
    told = {name: (holds, reviewers) for name, holds, reviewers in rows}
    assert "only branch main" in told["terraform-plan"][0]
    assert "required" in told["terraform-plan-pull-request"][1]


def test_whoever_publishes_on_snowflake_waits_for_the_others_and_is_never_pushed_out(workflows, jobs):
    publishers = {file for (file, _), job in jobs.items() if job.get("environment") == "snowflake-production"}
    assert publishers == {"deploy.yml", "healing.yml"}
    expected = {"group": "snowflake-production", "cancel-in-progress": False, "queue": "max"}
    assert [workflows[file]["concurrency"] for file in sorted(publishers)] == [expected] * 2
    assert [file for file, content in workflows.items() if content["concurrency"]["group"] == expected["group"]] == [
        *sorted(publishers)
    ]


def test_runs_on_snowflake_are_logged_with_the_commit_they_are_of(jobs):
    # On Snowflake OPS learns the commit from this variable alone (macros/releases/record_run.sql).
    building = {
        where: job["env"].get("STORE_MATCHING_GIT_SHA")
        for where, job in jobs.items()
        if {step.get("run") for step in job["steps"]} & {"make deploy", "make heal", "make snowflake-slim"}
    }
    assert building == dict.fromkeys(
        [("ci.yml", "snowflake"), ("deploy.yml", "deploy"), ("healing.yml", "heal")], "${{ github.sha }}"
    )


def test_a_deployment_makes_triggers_of_its_release_before_it_heals(jobs):
    commands = [step["run"] for step in jobs["deploy.yml", "deploy"]["steps"] if "run" in step]
    assert commands == ["make deploy", "make enqueue-triggers", "make heal"]


def test_every_job_ends_and_every_workflow_has_a_group(workflows, jobs):
    for where, job in jobs.items():
        assert 1 <= job["timeout-minutes"] <= 120, where
    assert all(content["concurrency"]["group"] for content in workflows.values())


def test_no_checkout_leaves_its_token_behind(jobs):
    checkouts = [step for _, step in steps_of(jobs) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_texts_from_outside_reach_a_step_through_its_environment_alone(jobs):
    for where, step in steps_of(jobs):
        assert not FOREIGN.search(step.get("run", "")), where


def test_values_from_outside_are_not_expanded_by_make(repository, tmp_path):
    trap = tmp_path / "trap"
    command = ["make", "--dry-run", "-o", ".venv/installed", "-o", "profiles.yml", "heal"]
    attack = f"'$(shell touch {trap})`touch {trap}`"
    environment = {"PATH": "/usr/bin:/bin", "TRIGGER_BATCH": attack, "MODE": attack, "TARGET": "duckdb"}
    outcome = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr
    assert '--trigger-batch "$TRIGGER_BATCH"' in outcome.stdout
    assert not trap.exists()


@pytest.mark.parametrize("file", ["terraform.yml", "healing.yml"])
def test_airflow_finds_the_runs_it_starts(workflows, file):
    content = workflows[file]
    assert content["run-name"] == "${{ inputs.request_id }}"
    assert content[True]["workflow_dispatch"]["inputs"]["request_id"]["required"] is True


def test_airflow_sends_each_workflow_the_inputs_that_it_declares(repository, workflows):
    text = (repository / "dags" / "github_workflows.py").read_text(encoding="utf-8")
    constants = {}
    # The module needs Airflow's environment; its two tables do not.
    exec("\n".join(re.findall(r"^(?:WORKFLOWS|INPUTS) = .*$", text, re.MULTILINE)), constants)
    assert constants["INPUTS"].keys() == constants["WORKFLOWS"].keys()
    for name, file in constants["WORKFLOWS"].items():
        declared = workflows[file][True]["workflow_dispatch"]["inputs"]
        assert {*constants["INPUTS"][name], "request_id"} == set(declared), name
    for file in constants["WORKFLOWS"].values():
        for name, details in workflows[file][True]["workflow_dispatch"]["inputs"].items():
            assert name == "request_id" or details["default"] is not None, "Airflow may leave it out"


def test_terraform_gets_every_variable_that_an_environment_asks_for(repository, jobs):
    files = sorted((repository / "terraform" / "environments").glob("*/variables.tf"))
    assert len(files) == 3
    # In one environment alone; Terraform passes over it in the others.
    of_production = {"TF_VAR_github_repository"}
    for file in files:
        blocks = re.findall(r'^variable "(\w+)" \{\n(.*?)^\}', file.read_text(), re.MULTILINE | re.DOTALL)
        needed = {f"TF_VAR_{name}" for name, block in blocks if not re.search(r"^\s*default\s*=", block, re.MULTILINE)}
        for where in (("terraform.yml", "plan"), ("terraform.yml", "apply"), ("nightly.yml", "infrastructure")):
            given = {name for name in jobs[where]["env"] if name.startswith("TF_VAR_")}
            assert given - of_production == needed, (where, file.parent.name)
            assert of_production <= given, where


GOOD = {"name": "A", "runs-on": "ubuntu-24.04", "timeout-minutes": 5, "steps": [{"run": "make lint"}]}
BAD_JOBS = {
    "template-injection": GOOD | {"steps": [{"run": "echo ${{ github.head_ref }}"}]},
    "unpinned-uses": GOOD | {"steps": [{"uses": "actions/checkout@v4", "with": {"persist-credentials": False}}]},
    "timeout-minutes": {key: value for key, value in GOOD.items() if key != "timeout-minutes"},
    "is not valid under any of the given schemas": GOOD | {"stepps": []},
}


def lint(repository, tmp_path, job):
    if not (repository / ".venv-workflows" / "bin" / "zizmor").is_file():
        pytest.skip("the linters are not installed: make .venv-workflows/installed")
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    rest = {"name": "a", "on": "pull_request", "permissions": {}}
    group = {"group": "a", "cancel-in-progress": True}
    content = yaml.safe_dump(rest | {"concurrency": group, "jobs": {"a": job}})
    (folder / "workflow.yml").write_text(content, encoding="utf-8")
    command = ["make", "-o", ".venv-workflows/installed", "lint-workflows", f"WORKFLOWS={folder}"]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True)


def test_lint_workflows_lets_a_good_workflow_pass(repository, tmp_path):
    outcome = lint(repository, tmp_path, GOOD)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("finding", BAD_JOBS)
def test_lint_workflows_refuses_a_bad_workflow(repository, tmp_path, finding):
    outcome = lint(repository, tmp_path, BAD_JOBS[finding])
    assert outcome.returncode != 0
    assert finding in outcome.stdout + outcome.stderr
