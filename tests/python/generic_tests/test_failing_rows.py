"""What a failing row shows: enough to see what is wrong without a second query."""

import pytest
import yaml

TESTS = {
    "pairs": {"one_to_one": {"arguments": {"left_column": "gi", "right_column": "th"}}},
    "lookup": {"monotone_lookup": {"arguments": {"key_column": "gi", "value_column": "th"}}},
    "totals": {
        "rows_reconcile": {
            "arguments": {
                "parts": [
                    {"relation": "ref('parts')"},
                    {"relation": "ref('parts')", "where": "gi = 3", "factor": -1},
                ]
            }
        }
    },
    "changed": {"same_rows": {"arguments": {"to": "ref('parts')", "columns": ["gi", "th"]}}},
}

ROWS = {
    "pairs": "(1, 7), (1, 8), (2, 9)",
    "lookup": "(1, 50), (2, 40), (3, 60)",
    "totals": "(1, 1)",
    "changed": "(1, 1), (2, 9), (3, 3)",
    "parts": "(1, 1), (2, 2), (3, 3)",
}


@pytest.fixture(scope="module")
def failing_rows(make_dbt_project):
    """Function: rows that dbt stored for the failing test of a model."""
    project = make_dbt_project()
    for name, rows in ROWS.items():
        project.write(f"models/{name}.sql", f"select * from (values {rows}) as given (gi, th)")
    entries = []
    for name, definition in TESTS.items():
        ((test, settings),) = definition.items()
        settings = settings | {"name": f"failed_{name}", "config": {"store_failures": True}}
        entries.append({"name": name, "data_tests": [{test: settings}]})
    project.write("models/models.yml", yaml.safe_dump({"models": entries}))
    outcomes = project.build()
    assert {outcomes[f"failed_{name}"].status for name in TESTS} == {"fail"}
    return lambda name: project.query(f"select * from main_dbt_test__audit.failed_{name} order by all")


def test_one_to_one_names_the_value_and_its_partners(failing_rows):
    assert failing_rows("pairs") == [("gi", "1", 2, "7", "8")]


def test_monotone_lookup_shows_the_value_before(failing_rows):
    assert failing_rows("lookup") == [(2, 40, 40, 50, "value falls")]


def test_rows_reconcile_shows_both_counts_and_each_part(failing_rows):
    assert failing_rows("totals") == [(1, 2, -1, 3, 1)]


def test_same_rows_says_which_side_holds_the_row(failing_rows):
    assert failing_rows("changed") == [("compared", 2, 2, 1), ("tested", 2, 9, 1)]
