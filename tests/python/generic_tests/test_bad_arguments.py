"""Wrong arguments of a generic test stop dbt with an error that names the argument and the value received."""

from typing import Any

import pytest
import yaml

COLUMN = {"model": "stores", "column_name": "score"}
TABLE = {"model": "stores"}

BAD_ARGUMENTS = [
    ("one_to_one", TABLE | {"left_column": 7, "right_column": "th"}, "left_column", "'7'"),
    ("one_to_one", TABLE | {"left_column": "gi", "right_column": " "}, "right_column", "' '"),
    ("one_to_one", TABLE | {"left_column": "gi", "right_column": "GI"}, "must differ", "'gi'"),
    ("accepted_range", COLUMN, "min_value, max_value or both", "neither"),
    ("accepted_range", COLUMN | {"min_value": 0, "inclusive": "no"}, "inclusive", "'no'"),
    ("accepted_range", COLUMN | {"min_value": 5, "max_value": 4}, "must not exceed", "5 and 4"),
    ("unique_combination", TABLE | {"columns": "gi"}, "columns", "'gi'"),
    ("unique_combination", TABLE | {"columns": []}, "columns", "'[]'"),
    ("unique_combination", TABLE | {"columns": ["gi", 3]}, "every item of columns", "'3'"),
    ("rows_reconcile", TABLE | {"parts": "stores"}, "parts", "'stores'"),
    ("rows_reconcile", TABLE | {"parts": []}, "parts", "'[]'"),
    ("rows_reconcile", TABLE | {"parts": ["stores"]}, "part 1", "'stores'"),
    ("rows_reconcile", TABLE | {"parts": [{"where": "a = 1"}]}, "relation", "a = 1"),
    ("rows_reconcile", TABLE | {"parts": [{"relation": "a", "sign": 1}]}, "keys", "'sign'"),
    ("rows_reconcile", TABLE | {"parts": [{"relation": "a", "factor": 0}]}, "factor of part 1", "'0'"),
    ("rows_reconcile", TABLE | {"parts": [{"relation": "a", "factor": "x"}]}, "factor of part 1", "'x'"),
    ("expression_is_true", TABLE | {"expression": True}, "expression", "'True'"),
    ("expression_is_true", TABLE | {"expression": ""}, "expression", "''"),
    ("relationships_where", COLUMN | {"to": "", "field": "a"}, "to must be", "''"),
    ("relationships_where", COLUMN | {"to": "t", "field": 1}, "field", "'1'"),
    ("relationships_where", COLUMN | {"to": "t", "field": "a", "to_condition": " "}, "to_condition", "' '"),
    ("relationships_where", COLUMN | {"to": "t", "field": "a", "from_condition": 1}, "from_condition", "'1'"),
    ("monotone_lookup", TABLE | {"key_column": None, "value_column": "b"}, "key_column", "'None'"),
    ("monotone_lookup", TABLE | {"key_column": "a", "value_column": 2}, "value_column", "'2'"),
    ("monotone_lookup", TABLE | {"key_column": "a", "value_column": "A"}, "must differ", "'a'"),
    ("same_rows", TABLE | {"to": "", "columns": ["a"]}, "to must be", "''"),
    ("same_rows", TABLE | {"to": "t", "columns": "a"}, "columns", "'a'"),
    ("same_rows", TABLE | {"to": "t", "columns": []}, "columns", "'[]'"),
    ("same_rows", TABLE | {"to": "t", "columns": [1]}, "every item of columns", "'1'"),
]


@pytest.fixture(scope="module")
def parsed_project(make_dbt_project):
    """A project and its manifest: parsed once, then each case only runs one macro."""
    project = make_dbt_project()
    parsed = project.invoke("parse")
    assert parsed.success, parsed.exception
    return project, parsed.result


# Each case is a dbt command: one of each generic test in `make test`, all in `make test-long`.
CASES = [
    pytest.param(*case, marks=() if number == 0 or BAD_ARGUMENTS[number - 1][0] != case[0] else pytest.mark.long)
    for number, case in enumerate(BAD_ARGUMENTS)
]


@pytest.mark.parametrize(("test", "arguments", "named", "received"), CASES)
def test_names_the_argument_and_the_value(
    test: str, arguments: dict[str, Any], named: str, received: str, parsed_project
):
    project, manifest = parsed_project

    succeeded, message = project.run_macro(manifest, f"test_{test}", arguments)

    assert not succeeded
    for part in (test, named, received):
        assert part in message


def test_good_arguments_do_not_raise(parsed_project):
    project, manifest = parsed_project

    arguments = TABLE | {"left_column": "gi", "right_column": "th"}
    assert project.run_macro(manifest, "test_one_to_one", arguments) == (True, "")


def test_a_wrong_argument_in_a_yml_file_stops_the_parse(dbt_project):
    dbt_project.write("models/stores.sql", "select 1 as score")
    entry = {"name": "stores", "data_tests": [{"unique_combination": {"arguments": {"columns": "score"}}}]}
    dbt_project.write("models/stores.yml", yaml.safe_dump({"models": [entry]}))

    outcome = dbt_project.invoke("parse")

    assert not outcome.success
    assert "columns must be a list of one or more column names, got 'score'" in str(outcome.exception)
