"""A job of GitHub's on this machine: an identity provider on loopback, a Snowflake and a dbt that only note."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from .conftest import serve

IDENTITY = "the-identity-of-the-job"
# Python runs it before any script: the connector's only way to an account is replaced, everything else is real; and
# scripts that look for dbt beside their interpreter find the fake.
FAKE_SNOWFLAKE = """
import json, os, sys
sys.executable = os.environ["PYTHON_OF_THE_JOB"]

def note(entry):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(json.dumps(entry) + "\\n")

class Account:
    def cursor(self):
        return self
    def execute(self, sql):
        note(["sql", sql])
        if os.environ.get("REFUSE", "none") in sql:
            raise snowflake.connector.errors.ProgrammingError("not authorized")
        return self
    def fetchall(self):
        return []
    def __enter__(self):
        return self
    def __exit__(self, *_):
        pass

def connect(**settings):
    note(["connect", settings])
    return Account()

if "scripts/deploy_package.py" in sys.orig_argv and "--dry-run" not in sys.orig_argv:
    import snowflake.connector
    snowflake.connector.connect = connect
"""
FAKE_DBT = """#!{python}
import json, os, sys
names = ("SNOWFLAKE_PACKAGE", "SNOWFLAKE_DATABASE", "DBT_ENV_SECRET_SNOWFLAKE_TOKEN")
with open(os.environ["NOTES"], "a") as notes:
    notes.write(json.dumps(["dbt", sys.argv[1:], {{name: os.environ.get(name) for name in names}}]) + "\\n")
"""
FAKE_PYTHON = """#!/bin/sh
PYTHON_OF_THE_JOB="$0" PYTHONPATH='{folder}' exec '{python}' "$@"
"""


@contextlib.contextmanager
def identity_provider() -> Iterator[dict[str, str]]:
    """Environment of a job whose identity provider is a server on loopback."""

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            audience = parse_qs(urlsplit(self.path).query)["audience"]
            is_known = self.headers["Authorization"] == "Bearer request-token"
            self.send_response(200 if is_known and audience == ["snowflakecomputing.com"] else 403)
            self.end_headers()
            self.wfile.write(json.dumps({"value": IDENTITY}).encode())

        def log_message(self, *_: object) -> None:
            pass

    with serve(Provider, "127.0.0.1") as url:
        yield {
            "GITHUB_ACTIONS": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{url}/token?api-version=2",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request-token",
        }


def run_target(
    repository: Path, folder: Path, environment: dict[str, str], *arguments: str
) -> tuple[subprocess.CompletedProcess[str], list[list]]:
    """Run `make` with the fakes of `folder` in place of .venv/bin; return the process and what the fakes noted.

    environment: all that the job has
    """
    programs = folder / "bin"
    programs.mkdir()
    (folder / "sitecustomize.py").write_text(FAKE_SNOWFLAKE)
    (programs / "dbt").write_text(FAKE_DBT.format(python=sys.executable))
    (programs / "python").write_text(FAKE_PYTHON.format(folder=folder, python=sys.executable))
    for program in programs.iterdir():
        program.chmod(0o755)
    notes = folder / "notes"
    command = ["make", "--no-print-directory", "-o", ".venv/installed", "-o", "profiles.yml", f"BIN={programs}"]
    outcome = subprocess.run(
        [*command, *arguments],
        cwd=repository,
        env={"PATH": os.environ["PATH"], "NOTES": str(notes)} | environment,
        capture_output=True,
        text=True,
    )
    return outcome, [json.loads(line) for line in notes.read_text().splitlines()] if notes.exists() else []
