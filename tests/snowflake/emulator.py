"""An account of the emulator: a folder, and a server over it while dbt runs.

The server is fakesnow with the shim of tests/snowflake/shim, in the environment .venv-snowflake; dbt runs in the
project's own and talks to it by HTTP, as to Snowflake.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.python.dbt_process import start_dbt

REPOSITORY = Path(__file__).resolve().parents[2]
SHIM = Path(__file__).resolve().parent / "shim"
PYTHON = REPOSITORY / ".venv-snowflake/bin/python"
DATABASE = "STORE_MATCHING"
# Longer than any command here takes; a client that the server does not answer asks again for ever.
SECONDS = 900
# What is copied into the project that runs on the emulator.
FOLDERS = ("macros", "models", "seeds", "tests/generic", "tests/staging", "tests/gold", "tests/diagnostics")


class EmulatedAccount:
    """The account in `root / "account"`, and beside it a copy of a project with the shim.

    source: folder of the project, the repository or one made of it
    """

    def __init__(self, root: Path, source: Path = REPOSITORY) -> None:
        self.root = root
        self.account = root / "account"
        self.project = root / "project"
        # Kept where it can be: dbt parses the whole project again when its profile names another.
        self.port = 0
        self.account.mkdir(parents=True)
        for folder in FOLDERS:
            if (source / folder).exists():
                shutil.copytree(source / folder, self.project / folder)
        project = yaml.safe_load((source / "dbt_project.yml").read_text(encoding="utf-8"))
        project["macro-paths"] = ["macros", "shim"]
        (self.project / "dbt_project.yml").write_text(yaml.safe_dump(project, sort_keys=False), encoding="utf-8")
        # Named otherwise than .sql, or dbt would take them for tests of the repository.
        for file in (SHIM / "macros").glob("*.jinja"):
            _copy(file, self.project / "shim" / f"{file.stem}.sql")
        # A Python model needs Snowpark: what it gave on DuckDB stands in for it.
        for file in (SHIM / "models").rglob("*.jinja"):
            model = self.project / "models" / file.relative_to(SHIM / "models")
            if model.with_suffix(".py").exists():
                model.with_suffix(".py").unlink()
                _copy(file, model.with_suffix(".sql"))

    @property
    def database(self) -> Path:
        """The DuckDB file of the account's database."""
        return self.account / f"{DATABASE}.db"

    def load(self, tables: dict[str, Path]) -> None:
        """Put Parquet files into tables, whole."""
        assignments = [f"{table}={file}" for table, file in tables.items()]
        _run([PYTHON, SHIM / "load.py", self.account, DATABASE, *assignments], self.root)

    def execute(self, statement: str) -> list[list]:
        """Run one statement by hand and return its rows."""
        printed = _run([PYTHON, "-W", "ignore", SHIM / "execute.py", self.account, DATABASE, statement], self.root)
        return json.loads(printed)

    @contextlib.contextmanager
    def server(self) -> Iterator[int]:
        """Serve the account; gives the port."""
        port = self.port = _free_port(self.port)
        with (self.root / "server.log").open("a") as log:
            process = subprocess.Popen(
                [PYTHON, SHIM / "serve.py", self.account, str(port), self.root / "statements.txt"],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                _wait_for(port, process)
                yield port
            finally:
                process.terminate()
                process.wait(timeout=60)

    def dbt(self, *arguments: str, check: bool = True) -> str:
        """Run one dbt command on the target snowflake and return what it printed."""
        with self.server() as port:
            profile = {
                "type": "snowflake",
                "account": "fakesnow",
                "host": "127.0.0.1",
                "port": port,
                "protocol": "http",
                "user": "fake",
                "password": "snow",
                "role": "STORE_TRANSFORMER",
                "warehouse": "STORE_TRANSFORM",
                "database": DATABASE,
                "schema": "MAIN",
                "threads": 2,
            }
            outputs = {"store_matching": {"target": "snowflake", "outputs": {"snowflake": profile}}}
            (self.project / "profiles.yml").write_text(yaml.safe_dump(outputs), encoding="utf-8")
            # fakesnow says of every table that it is none of Iceberg, and dbt then refuses to go on from it.
            settings = {"DBT_LOG_LEVEL_FILE": "none", "SNOWFLAKE_TABLE_FORMAT": "default"}
            # Only the first command writes the manifest: that takes seconds.
            settings["DBT_WRITE_JSON"] = str(not (self.project / "target/manifest.json").exists())
            environment = os.environ | {"DBT_PROFILES_DIR": str(self.project)} | settings
            process = start_dbt(arguments, self.project, environment, self.root / "dbt.txt")
            process.process.join(SECONDS)
            if process.process.is_alive():
                process.kill()
            assert not check or process.process.exitcode == 0, process.text()
            return process.text()


def _run(command: list, folder: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def _copy(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, to)


def _free_port(wanted: int) -> int:
    """Return the wanted port if nobody has it, else another; 0 wants any."""
    with socket.socket() as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind(("127.0.0.1", wanted))
        except OSError:
            found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _wait_for(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "the emulator does not start"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError("the emulator does not answer")
