"""The seeds load as documented, and their data tests (fold_text among them) pass and can fail."""

import pytest

COPY = ("tests/generic", "macros", "seeds")


@pytest.fixture(scope="module")
def built_project(make_dbt_project):
    project = make_dbt_project(COPY)
    return project, project.build("--select", "resource_type:seed")


@pytest.mark.long
def test_seeds_load_and_pass_their_data_tests(built_project, documented_columns):
    _, outcomes = built_project
    assert set(documented_columns) <= set(outcomes)
    assert {name: o for name, o in outcomes.items() if o.status not in ("success", "pass")} == {}


@pytest.mark.long
def test_folding_is_tested_on_every_list_that_is_looked_up(built_project):
    _, outcomes = built_project
    folded = [name for name in outcomes if name.startswith("expression_is_true_") and "fold" in name]
    assert len(folded) >= 5


@pytest.mark.parametrize(
    ("row", "failing"),
    [
        ("*,Café,cafe\n", "fold_text"),
        pytest.param("XX,caffeine,cafe\n", "relationships_where", marks=pytest.mark.long),
        pytest.param("*,caffe,coffee\n", "unique_combination", marks=pytest.mark.long),
    ],
)
def test_a_bad_row_is_found(row, failing, make_dbt_project):
    project = make_dbt_project(COPY)
    seed = project.root / "seeds/name_variants.csv"
    project.write("seeds/name_variants.csv", seed.read_text(encoding="utf-8") + row)
    outcomes = project.build("--select", "name_variants", "countries")
    failed = [name for name, outcome in outcomes.items() if outcome.status == "fail"]
    assert len(failed) == 1 and failing in failed[0], failed
