"""Run the project's dbt models on a scratch database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any

import yaml

from store_matching.lake.settings import LAKE_VARIABLE, NO_LAKE
from store_matching.landing.database import DATABASE_VARIABLE
from store_matching.match_files.relations import SELECTED_MODELS, THRESHOLD_VARIABLE
from store_matching.match_files.scratch import PROJECT_FOLDER, TARGET, Scratch

THREADS_VARIABLE = "STORE_MATCHING_THREADS"
RESULT_EVENTS = ("LogModelResult", "LogSeedResult")
SHOWN_FAILURES = 3


class TransformError(RuntimeError):
    """The dbt models did not run through; the message names the failed ones."""


def run_models(
    scratch: Scratch,
    variables: dict[str, Any],
    threads: int | None,
    progress: Callable[[str], None],
    select: tuple[str, ...] = SELECTED_MODELS,
) -> None:
    """Build seeds and models on the scratch database, by default those that a match needs.

    variables: dbt vars that differ from dbt_project.yml
    threads:   of dbt and of DuckDB; None leaves it to the profile
    progress:  called with one line per finished model
    select:    dbt selectors
    Raises TransformError.
    """
    command = [
        *(sys.executable, "-c", "from dbt.cli.main import cli; cli()"),
        *("build", "--select", *select),
        *("--resource-type", "model", "--resource-type", "seed"),
        *("--vars", json.dumps(variables)),
        *("--target", TARGET, "--project-dir", str(PROJECT_FOLDER), "--profiles-dir", str(scratch.profiles)),
        *("--target-path", str(scratch.target), "--log-path", str(scratch.logs)),
        *("--log-format", "json", "--log-level", "info"),
    ]
    environment = os.environ | {DATABASE_VARIABLE: str(scratch.database), LAKE_VARIABLE: NO_LAKE}
    if threads is not None:
        environment[THREADS_VARIABLE] = str(threads)
    # A process of its own: dbt keeps its DuckDB connection, and the folder it works in, until it ends.
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=PROJECT_FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    with process:
        try:
            errors = _follow(process.stdout, progress)
            code = process.wait()
        finally:
            process.terminate()
    if code != 0:
        shown = errors[:SHOWN_FAILURES] or [f"dbt ended with exit code {code} and said nothing"]
        more = [f"and {len(errors) - len(shown)} more"] if len(errors) > len(shown) else []
        raise TransformError("\n  ".join(["the dbt models did not run through", *shown, *more]))


def default_threshold() -> float:
    """Return the match threshold of dbt_project.yml."""
    project = yaml.safe_load((PROJECT_FOLDER / "dbt_project.yml").read_text(encoding="utf-8"))
    return float(project["vars"][THRESHOLD_VARIABLE])


def _follow(lines: Iterable[str], progress: Callable[[str], None]) -> list[str]:
    """Report finished models from dbt's log, one JSON object per line, and return the errors in it."""
    errors, other_lines = [], []
    for line in lines:
        try:
            event = json.loads(line)
            info, data = event["info"], event["data"]
        except (ValueError, KeyError, TypeError):
            # Not dbt's log: a warning or a traceback of Python itself.
            other_lines.append(line.rstrip())
            continue
        if info["name"] in RESULT_EVENTS:
            name = data["node_info"]["node_name"]
            progress(f"  {data['index']:>3} of {data['total']}  {name} ({data['execution_time']:.1f} s)")
        if info["level"] == "error":
            errors.append(info["msg"].strip())
    return errors or other_lines[-SHOWN_FAILURES:]
