"""The user that pull requests are built as: no key, one identity, in production alone."""

import re

import pytest

from store_matching.infrastructure.offline_terraform import PROJECT, VALUES
from store_matching.infrastructure.terraform_state import resources

NAME = "STORE_CI_SERVICE"
WORKFLOW = (PROJECT / ".github/workflows/ci.yml").read_text(encoding="utf-8")


def test_it_has_the_identity_of_the_job_and_no_key(every_state):
    (user,) = (
        user["values"]
        for user in resources(every_state["prod"], "snowflake_service_user")
        if user["values"]["name"] == NAME
    )
    assert user["rsa_public_key"] is user["rsa_public_key_2"] is None
    (environment,) = set(re.findall(r"^    environment: (snowflake-\S+)$", WORKFLOW, re.MULTILINE))
    (identity,) = user["default_workload_identity"]
    assert identity["oidc"] == [
        {
            "issuer": "https://token.actions.githubusercontent.com",
            "subject": f"repo:example/store-matching:environment:{environment}",
            "oidc_audience_list": None,
        }
    ]


def test_it_has_the_role_and_the_warehouse_of_the_workflow(every_state):
    settings = every_state["prod"]["values"]["outputs"]["settings"]["value"]
    defaults = dict(re.findall(r"vars\.(SNOWFLAKE_\w+) \|\| '(\w+)'", WORKFLOW))
    assert defaults["SNOWFLAKE_ROLE"] == settings["roles"]["ci"]
    assert defaults["SNOWFLAKE_WAREHOUSE"] == settings["warehouses"]["STORE_TRANSFORM"]
    assert settings["users"]["ci"] == NAME


def test_there_is_none_without_a_repository(make_workspace):
    workspace = make_workspace()
    workspace.in_environment("prod", "init")
    assert NAME in workspace.in_environment("prod", "plan", VALUES)
    assert NAME not in workspace.in_environment("prod", "plan", VALUES, "-var=github_repository=")


def test_the_workflows_give_terraform_the_repository():
    for workflow in ("terraform.yml", "nightly.yml"):
        text = (PROJECT / ".github/workflows" / workflow).read_text(encoding="utf-8")
        given = text.count("TF_VAR_github_repository: ${{ github.repository }}")
        assert given == text.count("TF_VAR_public_keys:") > 0


@pytest.mark.parametrize("environment", ["dev", "test"])
def test_no_other_environment_has_one(every_state, environment):
    users = every_state[environment]["values"]["outputs"]["settings"]["value"]["users"]
    assert "ci" not in users


def test_an_experiment_that_is_not_enabled_is_found(make_workspace):
    workspace = make_workspace()
    workspace.edit("terraform/environments/prod/provider.tf", '["USER_ENABLE_DEFAULT_WORKLOAD_IDENTITY"]', "[]")
    workspace.in_environment("prod", "init")
    assert "default_workload_identity wants" in workspace.failure("prod", "plan", VALUES)
