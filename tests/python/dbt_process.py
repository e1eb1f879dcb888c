"""dbt commands in processes of their own, forked from one that has imported dbt already.

Half of a dbt command on a small project is importing dbt. The fork server of the standard library imports it
once for each test worker; every command is still a process that ends, crashes or is killed alone.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from dataclasses import dataclass
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    [
        "dbt.cli.main",
        "dbt.adapters.duckdb.impl",
        "pyiceberg.catalog.sql",
        "store_matching.dbt_plugin",
        "tests.python.dbt_schemas",
        "tests.python.trusted_extensions",
    ]
)


@dataclass
class DbtProcess:
    """A dbt command that runs; what it prints goes to the file `output`."""

    process: multiprocessing.process.BaseProcess
    output: Path

    def wait(self) -> int:
        """Wait for the end and return the exit code, negative where a signal ended it."""
        self.process.join()
        return self.process.exitcode

    def kill(self) -> None:
        """Send SIGKILL and wait for the end."""
        self.process.kill()
        self.process.join()

    def text(self) -> str:
        """What the command printed so far."""
        return self.output.read_text(encoding="utf-8")


def start_dbt(arguments: tuple[str, ...], folder: Path, environment: dict[str, str], output: Path) -> DbtProcess:
    """Start one dbt command in a folder, with an environment of its own."""
    process = CONTEXT.Process(target=_run, args=(arguments, folder, environment, output))
    process.start()
    return DbtProcess(process, output)


def _run(arguments: tuple[str, ...], folder: Path, environment: dict[str, str], output: Path) -> None:
    """Be the dbt command: standard output and error to the file, for what native code prints too."""
    with output.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    # pytest or the fork server may have put others in their place.
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["dbt", *arguments]
    from dbt.cli.main import cli

    try:
        cli()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
