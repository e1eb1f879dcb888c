"""A copy of terraform/ that runs with the stand-in for the provider; `make test-terraform` makes what it needs."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from store_matching.infrastructure.offline_terraform import VALUES, OfflineTerraform
from store_matching.infrastructure.terraform_state import with_aliases


class Workspace(OfflineTerraform):
    """A copy of terraform/, to be changed and run at will."""

    def in_environment(self, environment: str, *arguments: str) -> str:
        """Run terraform in an environment; return its output. A failure fails the test with what Terraform says."""
        done = self.run(f"environments/{environment}", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def failure(self, environment: str, *arguments: str) -> str:
        """Run terraform where it must fail; return what it says, in one line."""
        done = self.run(f"environments/{environment}", *arguments)
        assert done.returncode != 0, done.stdout
        return self.in_one_line(done)

    def in_one_line(self, done: subprocess.CompletedProcess[str]) -> str:
        """Return what a command printed, without the breaks of its lines."""
        return " ".join((done.stdout + done.stderr).replace("│", " ").split())

    def apply(self, environment: str) -> dict[str, Any]:
        """Make everything; return its state, as `granted_rights.granted` reads it."""
        self.in_environment(environment, "init")
        self.in_environment(environment, "apply", "-auto-approve", VALUES)
        state_file = self.terraform / "environments" / environment / "terraform.tfstate"
        state = json.loads(self.in_environment(environment, "show", "-json"))
        return with_aliases(state, json.loads(state_file.read_text(encoding="utf-8")))

    def edit(self, file: str, text: str, other: str) -> None:
        """Replace a text that stands in a file of the copy."""
        path = self.root / file
        before = path.read_text(encoding="utf-8")
        assert text in before
        path.write_text(before.replace(text, other, 1), encoding="utf-8")


@pytest.fixture
def make_workspace(tmp_path: Path) -> Iterator[Callable[[], Workspace]]:
    """A function that makes a fresh copy."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(Workspace(tmp_path / "workspace"))


@pytest.fixture(scope="session")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, dict[str, Any]]]:
    """A copy in which `dev` is made, and its state; not to be changed."""
    with Workspace(tmp_path_factory.mktemp("applied") / "workspace") as workspace:
        yield workspace, workspace.apply("dev")


@pytest.fixture(scope="session")
def every_state(
    applied: tuple[Workspace, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, Any]]:
    """By environment, the state of everything that it declares; not to be changed."""
    with Workspace(tmp_path_factory.mktemp("environments") / "workspace") as workspace:
        return {"dev": applied[1]} | {name: workspace.apply(name) for name in ("test", "prod")}


@pytest.fixture
def changeable(applied: tuple[Workspace, dict[str, Any]], make_workspace: Callable[[], Workspace]) -> Workspace:
    """A copy in which `dev` is made, to be changed."""
    workspace = make_workspace()
    made = applied[0].terraform / "environments" / "dev" / "terraform.tfstate"
    shutil.copy(made, workspace.terraform / "environments" / "dev")
    workspace.in_environment("dev", "init")
    return workspace
