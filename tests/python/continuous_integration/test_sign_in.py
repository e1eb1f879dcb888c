"""A job signs in to Snowflake by its own identity, and nobody reads its token."""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest

from store_matching.continuous_integration.errors import WorkflowStepError
from store_matching.continuous_integration.snowflake_identity import sign_in_variables

from .conftest import serve

IDENTITY = "the-identity-of-the-job"


@pytest.fixture
def provider():
    """Environment of a job whose identity provider is a server on loopback."""

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self):
            audience = parse_qs(urlsplit(self.path).query)["audience"]
            is_known = self.headers["Authorization"] == "Bearer request-token"
            self.send_response(200 if is_known and audience == ["snowflakecomputing.com"] else 403)
            self.end_headers()
            self.wfile.write(json.dumps({"value": IDENTITY}).encode())

        def log_message(self, *_):
            pass

    with serve(Provider, "127.0.0.1") as url:
        yield {
            "GITHUB_ACTIONS": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{url}/token?api-version=2",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request-token",
        }


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
