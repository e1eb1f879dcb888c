"""The scripts behind `make debug` and the end of `make build`, run as a person runs them."""

import os
import shutil
import subprocess
import sys

import duckdb
import pytest


@pytest.fixture
def run_script(repository, tmp_path):
    """Function: run a script with the shipped profile and a database of its own."""
    shutil.copy(repository / "profiles.example.yml", tmp_path / "profiles.yml")
    settings = {"DBT_PROFILES_DIR": str(tmp_path), "STORE_MATCHING_DATABASE": str(tmp_path / "stores.duckdb")}

    def run(script, *arguments):
        return subprocess.run(
            [sys.executable, repository / "scripts" / script, *arguments],
            env=os.environ | settings | {"DBT_LOG_PATH": str(tmp_path / "logs")},
            capture_output=True,
            text=True,
        )

    return run


def test_debug_proves_a_good_connection(run_script):
    outcome = run_script("debug_connection.py")

    assert outcome.returncode == 0, outcome.stderr
    assert "Connection test: [OK connection ok]" in outcome.stdout
    assert outcome.stdout.rstrip().endswith("target 'duckdb' is ready: dbt build --target duckdb")


def test_debug_names_each_unset_variable(run_script):
    outcome = run_script("debug_connection.py", "--target", "snowflake")

    assert outcome.returncode == 1
    for name in ("SNOWFLAKE_ACCOUNT", "SNOWFLAKE_USER", "SNOWFLAKE_PRIVATE_KEY_PATH"):
        assert f"set the environment variable {name}" in outcome.stdout
    assert "dbt debug was not run" in outcome.stderr


def test_debug_names_the_targets_there_are(run_script):
    outcome = run_script("debug_connection.py", "--target", "postgres")

    assert outcome.returncode == 1
    assert "choose one of duckdb, snowflake" in outcome.stderr


def test_summary_of_a_database_that_is_not_there(run_script):
    outcome = run_script("print_build_summary.py")

    assert outcome.returncode == 1
    assert "run `make build`" in outcome.stderr


def test_summary_of_a_database_with_nothing_built(run_script, tmp_path):
    duckdb.connect(str(tmp_path / "stores.duckdb")).close()

    outcome = run_script("print_build_summary.py", "--run-results", str(tmp_path / "none.json"))

    assert outcome.returncode == 0, outcome.stderr
    assert "Golden stores: not built" in outcome.stdout
