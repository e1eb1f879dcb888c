"""A job signs in to Snowflake by its own identity, and nobody reads its token."""

import subprocess
import sys

import pytest

from store_matching.continuous_integration.errors import WorkflowStepError
from store_matching.continuous_integration.snowflake_identity import sign_in_variables

from .job import IDENTITY, identity_provider


@pytest.fixture
def provider():
    """Environment of a job that GitHub gives an identity."""
    with identity_provider() as environment:
        yield environment


def test_a_command_of_a_job_gets_the_identity_and_the_log_hides_it(repository, provider):
    show = "import os; print(os.environ['DBT_ENV_SECRET_SNOWFLAKE_TOKEN'] == os.environ['SNOWFLAKE_TOKEN'])"
    command = [sys.executable, "scripts/signed_in.py", sys.executable, "-c", show]
    outcome = subprocess.run(command, cwd=repository, env=provider, capture_output=True, text=True)
    # GitHub reads the first line, and replaces the text in every one that follows.
    assert outcome.stdout.splitlines() == [f"::add-mask::{IDENTITY}", "True"]


@pytest.mark.parametrize("given", [{}, {"SNOWFLAKE_PRIVATE_KEY_PATH": "key.p8"}])
def test_elsewhere_and_where_a_key_is_given_nobody_is_asked(provider, given):
    assert sign_in_variables(provider | given if given else {}) == {}


def test_a_job_without_the_right_to_an_identity_is_told(provider):
    with pytest.raises(WorkflowStepError, match="id-token: write"):
        sign_in_variables({"GITHUB_ACTIONS": "true"})
    with pytest.raises(WorkflowStepError, match="answered 403"):
        sign_in_variables(provider | {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "wrong"})


def test_the_exit_code_is_that_of_the_command(repository):
    command = [sys.executable, "scripts/signed_in.py", sys.executable, "-c", "raise SystemExit(7)"]
    assert subprocess.run(command, cwd=repository, env={}).returncode == 7
