"""A copy of the dbt project whose target is the scratch database, and its dbt commands."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from store_matching.snowflake_proof.classify import number_in
from store_matching.snowflake_proof.redact import Redactor
from store_matching.snowflake_proof.session import Session
from store_matching.snowflake_proof.verdicts import Refused

# A build of some ten thousand rows takes minutes on an XSMALL warehouse.
SECONDS = 3600
NODE = re.compile(r"(?P<place>\d+) of \d+ (?P<event>\w+)")
# More than the time of day.
SAYS = re.compile(r"^(\d\d:\d\d:\d\d)?\s*\S*[A-Za-z]")
SECONDS_TO_END = 30
LAYERS = ("STAGING", "GOLD", "DIAGNOSTICS")
# A Python model is a claim of its own (python_model.py): what fails of it must not hide all others.
PYTHON_MODEL = "models/diagnostics/orphan_files.py"
EMPTY_MODEL = """{{{{ config(materialized='table', alias='orphan_files_scan') }}}}

-- depends_on: {{{{ ref('watched_locations') }}}}
select {columns} where false
"""


@dataclass
class ProofProject:
    """The copy in `folder`.

    source:   the project that is copied, a folder with dbt_project.yml
    profile:  the target snowflake as it stands in profiles.yml, nothing rendered: secrets stay in the environment
    settings: the same, rendered
    database: the scratch database
    environment: variables that each command finds in its environment
    notify:   gets a line per node that dbt ends
    """

    folder: Path
    source: Path
    profile: dict[str, Any]
    settings: dict[str, Any]
    database: str
    redact: Redactor
    notify: Callable[[str], None]
    environment: dict[str, str] = field(default_factory=dict)
    logs: int = 0

    def write(self) -> None:
        """Copy the project; its Python model is replaced by an empty table of the same columns."""
        project = yaml.safe_load((self.source / "dbt_project.yml").read_text(encoding="utf-8"))
        for kind in ("macro-paths", "model-paths", "seed-paths", "test-paths"):
            for path in project.get(kind, []):
                if (self.source / path).is_dir():
                    ignored = shutil.ignore_patterns("*.py", "*.pyc", "__pycache__") if kind == "test-paths" else None
                    shutil.copytree(self.source / path, self.folder / path, ignore=ignored)
        shutil.copyfile(self.source / "dbt_project.yml", self.folder / "dbt_project.yml")
        if (self.folder / PYTHON_MODEL).exists():
            (self.folder / PYTHON_MODEL).unlink()
            (self.folder / PYTHON_MODEL).with_suffix(".sql").write_text(empty_model(), encoding="utf-8")
        outputs = {"snowflake": self.profile | {"database": self.database}}
        profiles = {project["profile"]: {"target": "snowflake", "outputs": outputs}}
        (self.folder / "profiles.yml").write_text(yaml.safe_dump(profiles), encoding="utf-8")

    def dbt(self, session: Session, *arguments: str) -> str:
        """Run one dbt command and return what it printed; it is kept among the session's statements.

        Raises Refused when it fails.
        """
        self.logs += 1
        began = time.monotonic()
        command = [str(Path(sys.executable).with_name("dbt")), *arguments]
        lines = []
        # Closed at once: an interruption must end dbt before its database is dropped.
        with contextlib.closing(self._lines(command)) as printed:
            for line in printed:
                lines.append(line)
                if is_worth_telling(line):
                    self.notify(f"      {line}")
        said = "\n".join(lines)
        (self.folder / f"dbt_{self.logs}.log").write_text(said, encoding="utf-8")
        text = f"dbt {' '.join(arguments)}"
        if self.code != 0:
            faults = [line for line in lines if "rror" in line or "not published" in line or number_in(line)]
            fault = " ".join((faults or lines)[-12:])[-2000:]
            session.keep(text, began, error=fault)
            raise Refused(f"{text} failed: {fault}", number_in(said))
        session.keep(text, began)
        return said

    def _lines(self, command: list[str]) -> Generator[str]:
        warehouses = {f"SNOWFLAKE_WAREHOUSE_{layer}": str(self.settings.get("warehouse") or "") for layer in LAYERS}
        own = {"DBT_PROFILES_DIR": str(self.folder), "DBT_LOG_LEVEL_FILE": "none"}
        environment = os.environ | warehouses | self.environment | own
        process = subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        until = time.monotonic() + SECONDS
        try:
            for line in process.stdout:
                yield self.redact(line.rstrip())
                if time.monotonic() > until:
                    raise Refused(f"{' '.join(command[1:])} was stopped after {SECONDS} seconds", None)
            self.code = process.wait(timeout=60)
        finally:
            # Nothing may go on in a database that is about to be dropped.
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(timeout=SECONDS_TO_END)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def is_worth_telling(line: str) -> bool:
    """Whether a line of dbt's is shown while it runs: every tenth node, and whatever is not about a node."""
    node = NODE.search(line)
    return int(node["place"]) % 10 == 0 and node["event"] != "START" if node else bool(SAYS.search(line))


def empty_model() -> str:
    """Return a model without rows that has the columns of the Sentinel's findings."""
    from store_matching.sentinel.finding_rows import SCHEMA

    kinds = {"string": "varchar", "int64": "bigint", "timestamp[us]": "timestamp"}
    columns = [f"cast(null as {kinds[str(column.type)]}) as {column.name}" for column in SCHEMA]
    return EMPTY_MODEL.format(columns=", ".join(columns))
