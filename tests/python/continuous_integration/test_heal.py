"""What Airflow or a person asks for becomes one dbt build."""

import json

import pytest


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["--target", "duckdb"]),
        (("--trigger-batch", ""), ["--target", "duckdb"]),
        (("--mode", "full", "--target", "snowflake"), ["--target", "snowflake", "--full-refresh"]),
    ],
)
def test_the_mode_decides_the_build(fake_dbt, options, expected):
    outcome, [(_, arguments)] = fake_dbt("heal.py", *options)
    assert outcome.returncode == 0, outcome.stderr
    assert arguments == ["build", *expected]


@pytest.mark.parametrize("batch", ["release-7", "request-2026-11-27T08:00:00"])
def test_a_batch_is_a_variable_of_the_build(fake_dbt, batch):
    _, [(_, arguments)] = fake_dbt("heal.py", "--trigger-batch", batch)
    assert arguments[:4] == ["build", "--target", "duckdb", "--vars"]
    assert json.loads(arguments[4]) == {"trigger_batch": batch}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--mode", "everything"), "invalid choice: 'everything'"),
        (("--trigger-batch", "a'; drop table x; --"), "a batch is named by letters, digits and _ . : + -"),
        (("--mode", "full", "--trigger-batch", "release-7"), "--trigger-batch belongs to --mode targeted"),
    ],
)
def test_what_makes_no_sense_is_refused(fake_dbt, options, complaint):
    outcome, notes = fake_dbt("heal.py", *options)
    assert outcome.returncode == 2
    assert complaint in outcome.stderr
    assert notes == []


def test_a_failed_build_fails(fake_dbt):
    outcome, _ = fake_dbt("heal.py", failing="build")
    assert outcome.returncode == 1
