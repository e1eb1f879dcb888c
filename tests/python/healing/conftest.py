"""A project with a small lake, and copies of it: making one takes half a minute, copying it none."""

import shutil
import subprocess
import sys
from datetime import datetime

import pytest

from store_matching.landing import load_batch

from .matching_project import REPOSITORY, MatchingProject

STORES = 120


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> MatchingProject:
    """A project whose first release is published; tests copy it."""
    project = MatchingProject(tmp_path_factory.mktemp("matching"))
    generate = [sys.executable, REPOSITORY / "scripts/generate_stores.py", "--stores", str(STORES), "--seed", "3"]
    subprocess.run([*generate, "--out", project.root / "demo"], check=True, stdout=subprocess.DEVNULL)
    for source in ("GI", "TH"):
        file = project.root / "demo" / f"{source.lower()}.csv"
        load_batch(project.lake, source, file, datetime(2026, 1, 1), batch_id=f"{source}-0")
    project.dbt("build")
    return project


class Copies:
    """Puts the built project back as it was, at the same place: Iceberg metadata names absolute paths."""

    def __init__(self, built: MatchingProject) -> None:
        self.built = built
        self.kept = built.root.with_name(built.root.name + "_kept")
        shutil.copytree(built.root, self.kept, symlinks=True)

    def fresh(self) -> MatchingProject:
        """Return the project as it was built."""
        root = self.built.root
        shutil.rmtree(root)
        shutil.copytree(self.kept, root, symlinks=True)
        self.built.window = 0
        return self.built


@pytest.fixture(scope="session")
def copies(built) -> Copies:
    """Where a test gets a fresh project."""
    return Copies(built)


@pytest.fixture
def project(copies) -> MatchingProject:
    """The project as it was built."""
    return copies.fresh()
