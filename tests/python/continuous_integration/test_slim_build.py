"""A pull request is built in a clone of its own, and builds what it changes."""

import contextlib
from pathlib import Path

import pytest
import sqlfluff
import yaml
from dbt.cli.main import dbtRunner

from .conftest import PACKAGE


@pytest.fixture
def call(fake_dbt):
    """Function: scripts/slim_build.py beside a dbt that notes what it is asked; returns process and notes."""
    return lambda *arguments, failing=None: fake_dbt("slim_build.py", *arguments, failing=failing)


def test_clones_production_and_builds_in_the_clone_what_differs(call, tmp_path):
    (tmp_path / "manifest.json").write_text("{}")
    outcome, (clone, deploy, build) = call("build", "--pull-request", "12", "--state", str(tmp_path))
    assert outcome.returncode == 0, outcome.stderr
    arguments = ["--target", "snowflake", "--args", '{"pull_request": 12}']
    assert clone == ["STORES", ["run-operation", "clone_for_pull_request", *arguments]]
    selection = ["--select", "state:modified+", "--defer", "--favor-state", "--state", str(tmp_path)]
    # On the stage of the clone, which has none of production's files; else the Python model could not import it.
    assert deploy == ["STORES_PR_12", ["scripts/deploy_package.py", "--make-stage"]]
    assert build == ["STORES_PR_12", ["build", "--target", "snowflake", *selection], PACKAGE]


def test_builds_everything_before_the_first_deployment(call, tmp_path):
    _, (_, _, build) = call("build", "--pull-request", "12", "--state", str(tmp_path))
    assert build == ["STORES_PR_12", ["build", "--target", "snowflake"], PACKAGE]


def test_nothing_is_built_where_the_clone_could_not_be_made(call):
    outcome, notes = call("build", "--pull-request", "12", failing="run-operation")
    assert outcome.returncode == 1
    assert len(notes) == 1


def test_nothing_is_built_where_the_package_could_not_be_put(call):
    outcome, notes = call("build", "--pull-request", "12", failing="scripts/deploy_package.py")
    assert outcome.returncode == 1
    assert [arguments[0] for _, arguments in notes] == ["run-operation", "scripts/deploy_package.py"]


def test_a_failed_build_fails(call):
    outcome, _ = call("build", "--pull-request", "12", failing="build")
    assert outcome.returncode == 1


@pytest.mark.parametrize("number", ["", "0", "-3", "12; drop database STORES", "１２x"])
def test_what_is_no_number_is_refused(call, number):
    outcome, notes = call("drop", f"--pull-request={number}")
    assert outcome.returncode == 2
    assert f"PULL_REQUEST={number!r}: give the number of a pull request" in outcome.stderr
    assert notes == []


SHOW = """
{% macro show(name, pull_request) %}
    {% do exceptions.raise_compiler_error(context[name](pull_request)) %}
{% endmacro %}
"""


@pytest.fixture(scope="module")
def statement_of(make_dbt_project, repository):
    """Function: the text that a macro returns, or the error it raises."""
    project = make_dbt_project()
    macros = (repository / "macros/operations/pull_request_clone.sql").read_text(encoding="utf-8")
    project.write("macros/pull_request_clone.sql", macros)
    project.write("macros/show.sql", SHOW)
    manifest = project.invoke("parse").result

    def show(name, pull_request):
        succeeded, text = project.run_macro(manifest, "show", {"name": name, "pull_request": pull_request})
        assert not succeeded
        return text

    return show


def test_the_clone_is_one_statement_of_snowflake(statement_of):
    expected = "create or replace database scratch_PR_12 clone scratch"
    assert expected in statement_of("clone_for_pull_request_sql", 12)
    sqlfluff.parse(expected, dialect="snowflake")


@pytest.mark.parametrize("number", [0, -1, "12", "1 clone x; drop database y", None])
def test_the_macro_takes_nothing_but_a_number_either(statement_of, number):
    text = statement_of("clone_for_pull_request_sql", number)
    assert "give the number of a pull request" in text
    assert "create or replace" not in text


def test_no_other_engine_is_touched(statement_of):
    assert "a thing of Snowflake, not of duckdb" in statement_of("clone_for_pull_request", 12)
    assert "a thing of Snowflake, not of duckdb" in statement_of("drop_pull_request_clone", 12)


@pytest.fixture
def modified(repository, tmp_path, monkeypatch):
    """Function: what dbt, with this project's flags, calls modified in the database of a pull request."""
    project = yaml.safe_load((repository / "dbt_project.yml").read_text(encoding="utf-8"))
    settings = {"name": "small", "config-version": 2, "profile": "small", "flags": project["flags"]}
    profile = {"type": "snowflake", "account": "offline", "user": "offline", "private_key_path": "none.p8"}
    profile |= {"role": "R", "warehouse": "W", "schema": "MAIN", "database": "{{ env_var('SNOWFLAKE_DATABASE') }}"}
    files = {
        "dbt_project.yml": yaml.safe_dump(settings),
        "profiles.yml": yaml.safe_dump({"small": {"target": "snowflake", "outputs": {"snowflake": profile}}}),
        "models/sources.yml": yaml.safe_dump({"sources": [{"name": "raw", "tables": [{"name": "stores"}]}]}),
        "models/first.sql": "select * from {{ source('raw', 'stores') }}",
        "models/second.sql": "select * from {{ ref('first') }}",
        "models/other.sql": "select * from {{ source('raw', 'stores') }}",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    def dbt(database, *arguments):
        monkeypatch.setenv("SNOWFLAKE_DATABASE", database)
        folders = ["--project-dir", str(tmp_path), "--profiles-dir", str(tmp_path)]
        with contextlib.chdir(Path.cwd()):
            outcome = dbtRunner().invoke(["--quiet", "--no-partial-parse", *arguments, *folders])
        assert outcome.success, outcome.exception
        return outcome.result

    dbt("STORES", "parse", "--target-path", str(tmp_path / "state"))
    choice = ["--select", "state:modified+", "--state", str(tmp_path / "state"), "--output", "name"]
    return lambda: dbt("STORES_PR_12", "ls", *choice, "--target-path", str(tmp_path / "target"))


def test_the_name_of_the_clone_alone_is_no_change(modified):
    assert modified() == []


def test_a_changed_model_and_those_behind_it_are_built_and_no_others(modified, tmp_path):
    (tmp_path / "models/first.sql").write_text("select 1 as store_id")
    assert sorted(modified()) == ["first", "second"]
