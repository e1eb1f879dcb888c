"""GOLD and the diagnostics are what the decisions become: another SQL of theirs leaves no row of the old one behind."""

import pytest

from .sequences import play

pytestmark = pytest.mark.long

NAME = "nullif(trim(current_stores.store_name), '') as store_name"


def test_a_change_of_gold_is_written_for_every_store_and_changes_no_decision(project):
    project.change(5, 3)
    model = "models/gold/gold_stores.sql"
    text = (project.root / model).read_text(encoding="utf-8")
    assert NAME in text
    project.write_model(model, text.replace(NAME, "upper(nullif(trim(current_stores.store_name), '')) as store_name"))
    versions = project.query("select distinct logic_version from STAGING.store_matches")
    assert "scope: stores that changed" in project.dbt("build")
    assert project.query("select count(*) from GOLD.stores where store_name <> upper(store_name)") == [(0,)]
    assert project.query("select distinct logic_version from STAGING.store_matches") == versions
    assert project.differences_from_full_refresh() == {}


def test_another_width_of_ambiguity_is_written_for_every_unmatched_store(project):
    causes = "select count(*) from DIAGNOSTICS.unmatched_stores where failure_cause = 'ambiguous'"
    (before,) = project.query(causes)[0]
    file = project.root / "dbt_project.yml"
    text = file.read_text(encoding="utf-8")
    assert "ambiguous_points: 10" in text
    file.write_text(text.replace("ambiguous_points: 10", "ambiguous_points: 60"), encoding="utf-8")
    project.dbt("run")
    assert project.query(causes)[0][0] > before
    assert project.differences_from_full_refresh() == {}


def test_another_look_up_of_scores_is_written_for_every_unmatched_store(project):
    project.change(5, 3)
    seed = project.root / "seeds/match_score_lookup.csv"
    header, *rows = seed.read_text(encoding="utf-8").splitlines()
    at = header.split(",").index("match_score")
    lower = []
    for row in rows:
        cells = row.split(",")
        cells[at] = f"{float(cells[at]) * 0.9:.1f}"
        lower.append(",".join(cells))
    seed.write_text("\n".join([header, *lower]) + "\n", encoding="utf-8")
    scores = "select max(best_candidate_score) from DIAGNOSTICS.unmatched_stores"
    (before,) = project.query(scores)[0]
    project.dbt("build")
    by_lookup = """select count(*) from DIAGNOSTICS.unmatched_stores as u
        where u.potential_score is not null
            and u.potential_score not in (select match_score from STAGING.match_score_lookup)"""
    assert project.query(by_lookup) == [(0,)], before


def test_a_store_that_becomes_a_duplicate_leaves_the_ranks_of_its_candidates(project):
    for step in (("late load", 10235, 4), ("late load", 633781, 6)):
        play(project, step)
    project.dbt("build")
    assert project.differences_from_full_refresh() == {}
