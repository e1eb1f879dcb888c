"""Each custom generic test is proven both ways: data it must accept, and data it must refuse (how many rows).

All cases are models of one small dbt project, built once; each case then is one pytest test.
"""

import pytest
import yaml

from store_matching.operations.snowflake_rendering import render_for_snowflake
from store_matching.operations.sql_linting import parse_snowflake

from .cases import CASES


@pytest.fixture(scope="module")
def project(make_dbt_project):
    """A dbt project with a model and a test per case."""
    project = make_dbt_project()
    for case in CASES:
        project.write(f"models/{case.name}.sql", case.model(case.rows))
        if case.other is not None:
            project.write(f"models/{case.name}__other.sql", case.model(case.other, case.other_columns))
    project.write("models/cases.yml", yaml.safe_dump({"models": [case.definition() for case in CASES]}))
    return project


@pytest.fixture(scope="module")
def outcomes(project):
    """Outcome of every case by the name of its dbt test, from one `dbt build`."""
    return project.build()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reports_the_failing_rows(case, outcomes):
    outcome = outcomes[f"test__{case.name}"]

    assert outcome.status == ("fail" if case.failures else "pass"), outcome.message
    assert outcome.failures == case.failures


def test_snowflake_can_read_the_sql_of_every_case(project):
    rendered = render_for_snowflake(project.root, project.root / "target/snowflake")

    count, findings = parse_snowflake(rendered / "models/cases.yml")

    assert (count, findings) == (len(CASES), [])


def test_every_generic_test_is_proven_both_ways(repository):
    written = {file.stem for file in (repository / "tests/generic").glob("*.sql")}

    assert written == {case.test for case in CASES if case.failures}
    assert written == {case.test for case in CASES if not case.failures}
