"""The seed files as the tests of this folder read them."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def seeds_folder(repository: Path) -> Path:
    """Folder of the seed files."""
    return repository / "seeds"


@pytest.fixture(scope="session")
def documented_columns(seeds_folder: Path) -> dict[str, list[str]]:
    """Columns of each reference list by its name, in the order of the yml file."""
    documented = yaml.safe_load((seeds_folder / "_seeds__seeds.yml").read_text(encoding="utf-8"))
    return {seed["name"]: [column["name"] for column in seed["columns"]] for seed in documented["seeds"]}


@pytest.fixture(scope="session")
def read_seed(seeds_folder: Path) -> Callable[[str], Rows]:
    """Function that returns the rows of a seed, one dictionary by column name each."""

    def read(name: str) -> Rows:
        with (seeds_folder / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    return read
