"""Every engine difference is one dispatched macro with a form for each engine, and one that refuses any other."""

import re

import pytest

MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\((.*?)\)\s*-?%\}(.*?)\{%-?\s*endmacro\s*-?%\}", re.DOTALL)
# Files without a difference between engines: the character lists are data.
DATA_FILES = ("fold_lists.sql",)
# Written once in functions that both engines have.
SHARED = ("fold_by_lists", "fold_multiple_letters")
# Steps of DuckDB's form alone, which two macros share.
STEPS = ("strip_accents_first", "fold_everyday")
ENGINES = ("duckdb", "snowflake")


def macros_by_file(repository):
    for file in sorted((repository / "macros/cross_db").glob("*.sql")):
        if file.name not in DATA_FILES:
            found = MACRO.findall(file.read_text(encoding="utf-8"))
            yield file, {name: (arguments, body) for name, arguments, body in found}


@pytest.fixture(scope="module")
def files(repository):
    found = list(macros_by_file(repository))
    assert len(found) >= 10
    return found


def test_every_file_dispatches_the_macro_it_is_named_for(files):
    for file, macros in files:
        _, body = macros[file.stem]
        assert f"adapter.dispatch('{file.stem}')" in body, file.name
        forms = {f"{prefix}__{file.stem}" for prefix in ("default", *ENGINES)}
        assert set(macros) - {*SHARED, *STEPS} == {file.stem} | forms, file.name


def test_every_form_takes_the_same_arguments(files):
    for file, macros in files:
        forms = [arguments for name, (arguments, _) in macros.items() if name.endswith(file.stem)]
        assert len(set(forms)) == 1, file.name


def test_default_form_raises_and_names_the_adapter(files):
    for file, macros in files:
        _, body = macros[f"default__{file.stem}"]
        assert "exceptions.raise_compiler_error" in body and "adapter.type()" in body, file.name


def test_no_model_asks_which_engine_it_runs_on(repository):
    asking = [
        str(file.relative_to(repository))
        for folder in ("models", "macros/matching")
        for file in sorted((repository / folder).rglob("*.sql"))
        if re.search(r"target\.type|adapter\.type\(\)", file.read_text(encoding="utf-8"))
    ]
    assert asking == []
