"""Shared fixtures.

`make_dbt_project` makes a small dbt project in a temporary folder, with this repository's generic tests (and
its macros, when asked for), and runs it in this process on a DuckDB file of its own.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg

from tests.python import trusted_extensions  # noqa: F401

REPOSITORY = Path(__file__).resolve().parents[2]

# Minutes of work each, so they begin first: one of them begun last would leave the other workers idle.
LONGEST_FILES = (
    "snowflake/test_parity.py",
    "python/healing/test_equivalence_of_failures.py",
    "python/healing/test_equivalence_of_changes.py",
    "python/releases/snowflake/test_lost_answers.py",
    "python/releases/snowflake/test_publishing.py",
    "python/releases/snowflake/test_kills_and_rivals.py",
    "python/healing/test_triggers.py",
    "python/releases/test_dbt_publishing.py",
    "python/sentinel/test_scripts.py",
    "python/match_files/test_match_files_end_to_end.py",
    "python/releases/test_readers.py",
)

# The debug log takes a tenth of a command's time.
QUIET = ("--quiet", "--log-level-file", "none")
PROJECT = {
    "name": "store_matching_scratch",
    "config-version": 2,
    "profile": "scratch",
    "model-paths": ["models"],
    "macro-paths": ["macros"],
    "test-paths": ["tests"],
    "seed-paths": ["seeds"],
    "flags": {
        "send_anonymous_usage_stats": False,
        "use_colors": False,
        "warn_error_options": {"error": ["Deprecations"]},
        "require_generic_test_arguments_property": True,
    },
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first; with pytest-xdist this needs --no-loadscope-reorder."""
    folder = Path(__file__).resolve().parents[1]
    ranks = {folder / name: rank for rank, name in enumerate(LONGEST_FILES)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


@dataclass(frozen=True)
class NodeOutcome:
    """What dbt reported for one node.

    status:   "success", "pass", "fail", "warn", "error", "skipped"
    failures: number of failures of a data test, else None
    message:  dbt's message, "" when there is none
    """

    status: str
    failures: int | None
    message: str


class DbtProject:
    """A dbt project in `root`, on the DuckDB file `database`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.database = root / "scratch.duckdb"
        self.write("dbt_project.yml", yaml.safe_dump(PROJECT, sort_keys=False))
        target = {"type": "duckdb", "path": str(self.database), "schema": "main", "threads": 2}
        profile = {"scratch": {"target": "duckdb", "outputs": {"duckdb": target}}}
        self.write("profiles.yml", yaml.safe_dump(profile))

    def write(self, path: str, text: str) -> Path:
        """Write a file below the project folder and return its full path."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def copy_from_repository(self, path: str) -> None:
        """Copy a folder of this repository to the same place here: dbt reads only below its own folder."""
        shutil.copytree(REPOSITORY / path, self.root / path, dirs_exist_ok=True)

    def invoke(self, *arguments: str) -> dbtRunnerResult:
        """Run one dbt command in this process, for example `invoke("build", "--select", "a")`."""
        folders = ["--project-dir", str(self.root), "--profiles-dir", str(self.root)]
        # dbt changes the working folder and does not change it back.
        with contextlib.chdir(Path.cwd()):
            return dbtRunner().invoke([*QUIET, *arguments, *folders])

    def build(self, *arguments: str) -> dict[str, NodeOutcome]:
        """Run `dbt build` and return the outcome of each node by its name.

        Raises the error of dbt when the project could not even be parsed.
        """
        result = self.invoke("build", *arguments)
        if result.exception is not None:
            raise result.exception
        return {
            item.node.name: NodeOutcome(str(item.status), item.failures, item.message or "") for item in result.result
        }

    def run_macro(self, manifest: Manifest, macro: str, arguments: dict[str, Any]) -> tuple[bool, str]:
        """Run one macro with `dbt run-operation`; return whether it succeeded and the errors dbt logged.

        The manifest of an earlier `invoke("parse")` spares a parse per call.
        """
        errors: list[str] = []

        def keep_error(event: EventMsg) -> None:
            if event.info.level == "error":
                errors.append(event.info.msg)

        runner = dbtRunner(manifest=manifest, callbacks=[keep_error])
        command = ["--quiet", "run-operation", macro, "--args", json.dumps(arguments)]
        folders = ["--project-dir", str(self.root), "--profiles-dir", str(self.root)]
        with contextlib.chdir(Path.cwd()):
            outcome = runner.invoke([*command, *folders])
        return outcome.success, "\n".join(errors)

    def query(self, sql: str) -> list[tuple]:
        """Rows of a query on the project's database."""
        with duckdb.connect(str(self.database)) as connection:
            return connection.execute(sql).fetchall()


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a case of bytes by their length: packed bytes hold the time, and each worker must find the same names."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def make_dbt_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., DbtProject]:
    """Function that makes a new `DbtProject`; `copy` lists the repository's folders it needs."""

    def make(copy: tuple[str, ...] = ("tests/generic",)) -> DbtProject:
        project = DbtProject(tmp_path_factory.mktemp("dbt_project"))
        for path in copy:
            project.copy_from_repository(path)
        return project

    return make


@pytest.fixture
def dbt_project(make_dbt_project: Callable[..., DbtProject]) -> DbtProject:
    """A new, empty dbt project that knows this repository's generic tests."""
    return make_dbt_project()


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root folder of this repository."""
    return REPOSITORY


@pytest.fixture(scope="session", autouse=True)
def stable_environment() -> Iterator[None]:
    """Settings of the caller's shell must not decide a test: each test sets what it needs."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("SNOWFLAKE_", "STORE_MATCHING_", "DBT_")):
                patch.delenv(name)
        yield
