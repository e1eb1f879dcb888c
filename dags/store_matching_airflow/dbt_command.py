"""Run dbt or a script of the project: one process in the project's own environment, its output in the task's log."""

from __future__ import annotations

import json
import logging
import os
import shlex
import subprocess
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store_matching_airflow.failures import ConfigurationError, failure_of
from store_matching_airflow.settings import read_settings

log = logging.getLogger(__name__)
KEPT_LINES = 5000
SECONDS_TO_END = 20


@dataclass(frozen=True)
class Answer:
    """How a command ended.

    exit_code: of the process
    lines:     what it printed, standard output and error, the last 5000 lines
    """

    exit_code: int
    lines: tuple[str, ...]

    def json(self) -> dict[str, Any]:
        """Return the last JSON object that was printed. Raises ValueError where there is none."""
        for line in reversed(self.lines):
            if line.startswith("{"):
                return json.loads(line)
        raise ValueError("the command printed no JSON object")


def run_dbt(*arguments: str, variables: Mapping[str, Any] | None = None) -> Answer:
    """Run one dbt command; DBT_TARGET names the target. Raises a CommandError by the kind of failure.

    variables: dbt variables of this run
    """
    settings = read_settings()
    # Only where there are any: dbt parses the whole project again when they change.
    options = ["--vars", json.dumps(variables)] if variables else []
    return _run([str(settings.programs / "dbt"), *arguments, *options], settings.project_dir)


def run_script(name: str, *arguments: str, accept: Iterable[int] = (0,)) -> Answer:
    """Run scripts/<name>. Raises a CommandError by the kind of failure.

    accept: exit codes that are no failure
    """
    settings = read_settings()
    command = [str(settings.programs / "python"), str(settings.project_dir / "scripts" / name), *arguments]
    return _run(command, settings.project_dir, tuple(accept))


def run_owner() -> dict[str, str]:
    """Return the variable by which a task that is tried again takes over what its killed try locked on Snowflake."""
    words = [os.environ.get(f"AIRFLOW_CTX_{name}") for name in ("DAG_ID", "DAG_RUN_ID", "TASK_ID")]
    return {"STORE_MATCHING_RUN_OWNER": "airflow/" + "/".join(words)} if all(words) else {}


def _run(command: list[str], folder: Path, accept: tuple[int, ...] = (0,)) -> Answer:
    log.info("in %s: %s", folder, shlex.join(command))
    kept: deque[str] = deque(maxlen=KEPT_LINES)
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | run_owner() | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise ConfigurationError(f"{command[0]} in {folder} cannot be started: {error}") from error
    try:
        for line in process.stdout:
            kept.append(line.rstrip("\n"))
            log.info("%s", kept[-1])
        code = process.wait()
    finally:
        # Reached early when the task is ended from Airflow: the command must not go on writing without it.
        _end(process)
    if code not in accept:
        raise failure_of(" ".join(Path(part).name for part in command[:3]), code, "\n".join(kept))
    return Answer(code, tuple(kept))


def _end(process: subprocess.Popen) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
