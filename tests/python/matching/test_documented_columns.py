"""The yml of STAGING lists exactly the columns that its tables have; GOLD's contracts do this for GOLD."""

import os
import subprocess
import sys

import duckdb
import pytest
import yaml


@pytest.fixture(scope="module")
def built_columns(repository, tmp_path_factory):
    """Columns of each table of STAGING, by the name of its model; the tables are built empty."""
    work = tmp_path_factory.mktemp("empty_build")
    (work / "profiles.yml").write_bytes((repository / "profiles.example.yml").read_bytes())
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "build", "--empty"]
    command += ["--exclude-resource-type", "test", "unit_test", "--select", "+stg_store_matches", "+stg_scored_pairs"]
    command += [
        "+stg_golden_ids",
        "+stg_changed_inputs",
        "+stg_scope_gold",
        "+stg_scope_follow_up",
        "+stg_scope_best_pairs",
    ]
    command += ["--project-dir", str(repository), "--profiles-dir", str(work)]
    command += ["--target-path", str(work / "target"), "--log-path", str(work / "logs")]
    database = work / "stores.duckdb"
    # A process of its own: DuckDB opens a file only once in one, and dbt keeps it open.
    environment = os.environ | {"STORE_MATCHING_DATABASE": str(database), "STORE_MATCHING_LAKE": "none"}
    outcome = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    with duckdb.connect(str(database), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'STAGING'"
        ).fetchall()
    tables: dict[str, set[str]] = {}
    for table, column in columns:
        tables.setdefault(f"stg_{table}", set()).add(column)
    return tables


def test_staging_documents_its_columns(built_columns, repository):
    files = sorted((repository / "models/staging").rglob("*__models.yml"))
    documented = {
        model["name"]: {column["name"] for column in model["columns"]}
        for file in files
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    }
    assert len(documented) >= 20
    differences = {
        name: {
            "not in the yml": sorted(built_columns[name] - columns),
            "not in the table": sorted(columns - built_columns[name]),
        }
        for name, columns in documented.items()
        if columns != built_columns[name]
    }
    assert differences == {}
