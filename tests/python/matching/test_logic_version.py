"""`logic_version` changes when the matching does: it hashes every matching macro, the seeds and the models."""

import re

import pytest

MACRO_NAME = re.compile(r"\{%-?\s*macro\s+(\w+)\(")
# Words for people: what they render decides nothing.
FOLDERS_THAT_DECIDE_NOTHING = ("explaining",)
EXCEPTIONS = {
    "logic_version": "it is the hash itself",
    "dots_removed": "part of what fold_text and fold_address render",
    "blocking_key_select": "part of what blocking_keys renders",
    "cells_of_stores": "part of what blocking_keys renders",
    "measures_of_pair": "part of what pair_levels renders",
    "scorecard_lists": "part of what pair_points renders",
    "levels_of": "part of what pair_points renders",
    "level_position": "part of what pair_points renders",
    "comparison_named": "part of what pair_points renders",
    "finish_assignment": "a loop over open_assignable_pairs and next_assignment_round, which are named",
}


@pytest.fixture(scope="module")
def matching_macros(repository):
    """Name of each macro under macros/matching and its file, those that decide nothing left out."""
    folder = repository / "macros/matching"
    found = {
        name: file.relative_to(repository)
        for file in sorted(folder.rglob("*.sql"))
        if file.relative_to(folder).parts[0] not in FOLDERS_THAT_DECIDE_NOTHING
        for name in MACRO_NAME.findall(file.read_text(encoding="utf-8"))
    }
    assert len(found) >= 30
    return found


def test_every_matching_macro_is_in_the_hash(matching_macros, repository):
    text = (repository / "macros/matching/logic_version.sql").read_text(encoding="utf-8")
    missing = {
        name: str(file)
        for name, file in matching_macros.items()
        if name not in EXCEPTIONS and not re.search(rf"\b{name}\(", text)
    }
    assert missing == {}


def test_every_variable_that_staging_reads_is_in_the_hash(repository):
    text = (repository / "macros/matching/logic_version.sql").read_text(encoding="utf-8")
    read = {
        name
        for file in (repository / "models/staging").rglob("*.sql")
        for name in re.findall(r"\bvar\('(\w+)'", file.read_text(encoding="utf-8"))
    }
    assert len(read) >= 4
    assert {name for name in read if f"var('{name}')" not in text} == set()


def test_exceptions_exist(matching_macros):
    assert set(EXCEPTIONS) <= set(matching_macros)


VERSION_MODEL = "select '{{ logic_version() }}' as logic_version"


@pytest.fixture(scope="module")
def project(make_dbt_project):
    project = make_dbt_project(copy=("macros",))
    project.write("seeds/points.csv", "level,points\n1,5\n")
    project.write("models/staging/stg_a.sql", "select 1 as a")
    project.write("models/other/b.sql", "select 1 as b")
    project.write("models/version.sql", VERSION_MODEL)
    return project


def version(project, **variables) -> str:
    settings = {"match_threshold": 50, "assignment": "1:1", "duplicate_distance_metres": 300, "compared_duplicates": 5}
    settings |= variables
    outcomes = project.build("--select", "version", "--vars", str(settings))
    assert outcomes["version"].status == "success", outcomes
    return project.query("select logic_version from main.version")[0][0]


def test_version_follows_seeds_models_macros_and_variables_only(project):
    first = version(project)
    assert re.fullmatch("[0-9a-f]{12}", first)
    assert version(project) == first

    project.write("models/other/b.sql", "select 2 as b")
    assert version(project) == first
    seen = {first, version(project, match_threshold=60)}
    project.write("seeds/points.csv", "level,points\n1,6\n")
    seen.add(version(project))
    project.write("models/staging/stg_a.sql", "select 2 as a")
    seen.add(version(project))
    macro = project.root / "macros/matching/cleaning/words.sql"
    macro.write_text(
        macro.read_text(encoding="utf-8").replace("left({{ token }}, 4)", "left({{ token }}, 5)"), encoding="utf-8"
    )
    seen.add(version(project))
    assert len(seen) == 5
