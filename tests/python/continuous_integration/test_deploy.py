"""`make deploy`, `make heal` and `make snowflake-slim` as a job runs them, up to the connection to the account."""

import re

import pytest
import yaml

from .job import IDENTITY, identity_provider, run_target

PACKAGE = re.compile(r"store_matching-\d+\.\d+\.\d+-[0-9a-f]{12}\.zip")


@pytest.fixture
def job(repository, tmp_path):
    """Function: run a make target with the environment that a workflow gives its job; process and notes."""

    def run(workflow, *arguments, **variables):
        content = yaml.safe_load((repository / ".github/workflows" / workflow).read_text(encoding="utf-8"))
        # The one job of the workflow that signs in to Snowflake.
        (job,) = (job for job in content["jobs"].values() if "SNOWFLAKE_ROLE" in job.get("env", {}))
        # What the repository or the commit decides; a default of the workflow stays what it is.
        default = re.compile(r"\$\{\{ .* \|\| '(\w+)' \}\}")
        given = {name: default.sub(r"\1", value) for name, value in job["env"].items()}
        given = {name: "org-acc" if value.startswith("${{") else value for name, value in given.items()}
        with identity_provider() as environment:
            return run_target(repository, tmp_path, given | environment | variables, *arguments)

    return run


@pytest.mark.parametrize(("workflow", "target"), [("deploy.yml", "deploy"), ("healing.yml", "heal")])
def test_the_package_is_put_and_named_and_dbt_gets_its_name(job, workflow, target):
    outcome, notes = job(workflow, target)
    assert outcome.returncode == 0, outcome.stderr
    (_, settings), (_, put), (_, arguments, environment) = notes
    # As .github/dbt/profiles.yml says, and nothing of a key.
    signed_in = {"authenticator": "workload_identity", "workload_identity_provider": "OIDC", "token": IDENTITY}
    expected = {"account": "org-acc", "role": "STORE_PUBLISHER", "warehouse": "STORE_TRANSFORM"} | signed_in
    assert {name: settings[name] for name in expected} == expected
    assert settings["database"] == "STORE_MATCHING"
    assert settings.keys().isdisjoint({"user", "private_key_file"})

    package = environment["SNOWFLAKE_PACKAGE"]
    assert PACKAGE.fullmatch(package), "more than the name was captured"
    assert re.fullmatch(rf"put 'file://.*/{re.escape(package)}' @OPS\.CODE auto_compress = false .*", put)
    assert arguments == ["build", "--target", "snowflake"]
    assert environment["DBT_ENV_SECRET_SNOWFLAKE_TOKEN"] == IDENTITY


@pytest.mark.long
def test_triggers_are_made_on_the_account_that_is_healed(job):
    outcome, [(_, arguments, environment)] = job("deploy.yml", "enqueue-triggers")
    assert outcome.returncode == 0, outcome.stderr
    assert arguments == ["run-operation", "enqueue_reprocess_triggers", "--target", "snowflake"]
    assert environment["DBT_ENV_SECRET_SNOWFLAKE_TOKEN"] == IDENTITY


def test_github_is_told_to_hide_the_token_and_nothing_else_shows_it(job):
    outcome, _ = job("deploy.yml", "deploy")
    lines = outcome.stdout.splitlines()
    assert lines[0] == f"::add-mask::{IDENTITY}"
    assert [line for line in lines if IDENTITY in line] == [f"::add-mask::{IDENTITY}"] * 2
    assert IDENTITY not in outcome.stderr


def test_nothing_is_built_with_a_package_that_was_refused(job):
    outcome, notes = job("deploy.yml", "deploy", REFUSE="put ")
    assert outcome.returncode != 0
    assert "check that the stage is there" in outcome.stderr
    assert [kind for kind, *_ in notes] == ["connect", "sql"]


@pytest.mark.long
def test_on_duckdb_no_account_is_asked(job):
    outcome, [(kind, arguments, environment)] = job("deploy.yml", "deploy", TARGET="duckdb", SNOWFLAKE_ACCOUNT="")
    assert outcome.returncode == 0, outcome.stderr
    assert (kind, arguments) == ("dbt", ["build", "--target", "duckdb"])
    assert environment["SNOWFLAKE_PACKAGE"] is None


@pytest.mark.parametrize("missing", ["SNOWFLAKE_ACCOUNT", "SNOWFLAKE_ROLE"])
@pytest.mark.long
def test_a_setting_that_is_missing_is_named_before_anything_is_asked(job, missing):
    outcome, notes = job("deploy.yml", "deploy", **{missing: ""})
    assert outcome.returncode != 0
    assert f"set the environment variable {missing}" in outcome.stderr
    assert notes == []


@pytest.mark.long
def test_a_pull_request_puts_its_package_on_the_stage_of_its_clone(job):
    outcome, notes = job("ci.yml", "snowflake-slim", PULL_REQUEST="12")
    assert outcome.returncode == 0, outcome.stderr
    (_, clone, _), (_, settings), (_, stage), (_, put), (_, build, environment) = notes
    assert clone[:2] == ["run-operation", "clone_for_pull_request"]
    assert (settings["database"], settings["role"]) == ("STORE_MATCHING_PR_12", "STORE_CI")
    assert stage == "create stage if not exists OPS.CODE"
    package = environment["SNOWFLAKE_PACKAGE"]
    assert PACKAGE.fullmatch(package)
    assert f"{package}' @OPS.CODE" in put
    assert build[0] == "build"
    assert environment["SNOWFLAKE_DATABASE"] == "STORE_MATCHING_PR_12"
