"""Build what a pull request changes, in a clone of production, with everything else read from production."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from store_matching.continuous_integration.errors import WorkflowStepError

DATABASE_VARIABLE = "SNOWFLAKE_DATABASE"
PACKAGE_VARIABLE = "SNOWFLAKE_PACKAGE"
DEPLOY_PACKAGE = "scripts/deploy_package.py"
TARGET = ("--target", "snowflake")


def number_of(pull_request: str) -> int:
    """Return the number of a pull request. Raises WorkflowStepError for anything else."""
    if not pull_request.isdecimal() or int(pull_request) < 1:
        raise WorkflowStepError(f"PULL_REQUEST={pull_request!r}: give the number of a pull request, for example 12")
    return int(pull_request)


def build(dbt: Path, pull_request: int, state: Path) -> int:
    """Clone production, put the package on the clone's stage, run `dbt build` in the clone; return the exit code.

    state: folder with production's manifest.json; where there is none, nothing is in production and all is built
    """
    code = _operate(dbt, "clone_for_pull_request", pull_request)
    if code != 0:
        return code
    production = os.environ[DATABASE_VARIABLE]
    environment = {**os.environ, DATABASE_VARIABLE: f"{production}_PR_{pull_request}"}
    # The clone's internal stages are empty, or missing; and what the Python model imports is this version's.
    deploy = [str(dbt.with_name("python")), DEPLOY_PACKAGE, "--make-stage"]
    deployed = subprocess.run(deploy, env=environment, stdout=subprocess.PIPE, text=True)
    if deployed.returncode != 0:
        return deployed.returncode
    environment[PACKAGE_VARIABLE] = deployed.stdout.strip()
    return subprocess.run([str(dbt), "build", *TARGET, *selection(state)], env=environment).returncode


def drop(dbt: Path, pull_request: int) -> int:
    """Drop the clone; return dbt's exit code."""
    return _operate(dbt, "drop_pull_request_clone", pull_request)


def selection(state: Path) -> Sequence[str]:
    """Return the options by which dbt builds what differs from the manifest in `state`, and what depends on it."""
    if not (state / "manifest.json").is_file():
        return ()
    # --favor-state: the clone has a table of every model, but what is not built is read where it is in production.
    return ("--select", "state:modified+", "--defer", "--favor-state", "--state", str(state))


def _operate(dbt: Path, macro: str, pull_request: int) -> int:
    arguments = json.dumps({"pull_request": pull_request})
    return subprocess.run([str(dbt), "run-operation", macro, *TARGET, "--args", arguments]).returncode
