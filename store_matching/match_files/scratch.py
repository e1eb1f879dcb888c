"""The folder of one match: its database, dbt's profile, artifacts and logs; gone when the match is done."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from store_matching.landing.database import DATABASE_VARIABLE

PROJECT_FOLDER = Path(__file__).resolve().parents[2]
PROFILE_NAME = "store_matching"
TARGET = "duckdb"
# Without it dbt cannot start a run of this project.
PLUGIN = "store_matching.dbt_plugin"


@dataclass(frozen=True)
class Scratch:
    """Paths of one match, all below `folder`."""

    folder: Path

    @property
    def database(self) -> Path:
        """The DuckDB file."""
        return self.folder / "stores.duckdb"

    @property
    def profiles(self) -> Path:
        """Folder of profiles.yml."""
        return self.folder / "profiles"

    @property
    def target(self) -> Path:
        """Folder of dbt's artifacts."""
        return self.folder / "target"

    @property
    def logs(self) -> Path:
        """Folder of dbt's log."""
        return self.folder / "logs"

    @property
    def outputs(self) -> Path:
        """Folder of the results until they are complete."""
        return self.folder / "outputs"


@contextmanager
def scratch_folder(keep_in: Path | None = None) -> Iterator[Scratch]:
    """Make the folder of one match and remove it afterwards.

    keep_in: folder to use and leave behind, for looking at a match afterwards; what it held is removed first
    """
    if keep_in is None:
        folder = Path(tempfile.mkdtemp(prefix="store_matching_"))
    else:
        folder = keep_in
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    scratch = Scratch(folder)
    try:
        scratch.profiles.mkdir()
        scratch.outputs.mkdir()
        shutil.copy(_profile_file(), scratch.profiles / "profiles.yml")
        yield scratch
    finally:
        if keep_in is None:
            shutil.rmtree(folder, ignore_errors=True)


def _profile_file() -> Path:
    """Return the project's own profile when its file and lake follow the environment, else the example.

    A profile with a fixed path would send the match into that database.
    """
    own = PROJECT_FOLDER / "profiles.yml"
    example = PROJECT_FOLDER / "profiles.example.yml"
    if not own.is_file():
        return example
    try:
        content = yaml.safe_load(own.read_text(encoding="utf-8"))
        target = content[PROFILE_NAME]["outputs"][TARGET]
        path, plugins = target["path"], target["plugins"]
    except (yaml.YAMLError, KeyError, TypeError):
        return example
    if not any(plugin.get("module") == PLUGIN for plugin in plugins):
        return example
    return own if f"env_var('{DATABASE_VARIABLE}'" in str(path).replace('"', "'") else example
