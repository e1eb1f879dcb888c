"""Publishing from plain dbt commands, each in a process of its own, on a small project."""

import random
import time

import duckdb
import pytest

from store_matching.lake import load_extensions
from store_matching.ops import registry
from tests.python.releases.small_project import GOLD_STORES, MODELS_YML, SmallProject

KILLS = 4


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with one release of 30 stores."""
    made = SmallProject(tmp_path_factory.mktemp("small_project"))
    made.load("2026-11-20T00:00", {number: f"shop {number}" for number in range(30)})
    assert "release 1 published: 30 golden stores" in made.dbt("build")
    return made


def active(project) -> int:
    """Number of the active release."""
    return registry.active_release(project.lake.ops)["release_id"]


def mart_in_database(project) -> dict[str, str]:
    """What the MART view of the DuckDB file shows while dbt does not run."""
    with duckdb.connect(str(project.database)) as connection:
        load_extensions(connection)
        return dict(connection.execute('select gold_store_id, store_name from "MART".stores').fetchall())


def test_build_without_changes_publishes_nothing(project):
    before = active(project)
    assert f"nothing published: no row differs from release {before}" in project.dbt("build")
    assert active(project) == before


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("run",), "dbt run does not publish, dbt build does"),
        pytest.param(("test",), "dbt test does not publish, dbt build does", marks=pytest.mark.long),
        pytest.param(("build", "--empty"), "the run was --empty", marks=pytest.mark.long),
        (("build", "--select", "gold_stores"), "gold_store_crosswalk was not selected"),
        (("build", "--exclude", "unique_gold_stores_gold_store_id"), "test unique_gold_stores_gold_store_id of"),
    ],
)
def test_says_in_one_line_why_nothing_is_published(project, arguments, reason):
    before = active(project)
    output = project.dbt(*arguments)
    assert f"nothing published: {reason}" in output
    assert active(project) == before


def test_failing_data_test_publishes_nothing(project):
    before = project.mart()
    project.load("2026-11-20T01:00", {1: "renamed"})
    project.write(
        "models/gold_stores.sql",
        GOLD_STORES.replace("from stores\n)", "from stores union all select 'GS-1', '1', null, 'x', 'GI_ONLY', 0)"),
    )
    output = project.dbt("build", check=False)
    assert "nothing published: test unique_gold_stores_gold_store_id of gold_stores ended with fail" in output
    assert project.mart() == before
    project.write("models/gold_stores.sql", GOLD_STORES)
    assert "published: 30 golden stores" in project.dbt("build")
    assert project.mart()["GS-1"] == "renamed"


def test_a_run_that_fails_to_publish_is_no_success(project):
    newest = "select outcome from runs where command = 'build' order by started_at desc limit 1"
    before = active(project)
    # In the run this only warns: what the candidate's test finds is known when the run has been recorded.
    tested = "      - {name: store_name, data_type: varchar, data_tests: [{unique: {config: {severity: warn}}}]}\n"
    project.write("models/models.yml", MODELS_YML.replace("      - {name: store_name, data_type: varchar}\n", tested))
    project.load("2026-11-20T01:30", {4: "twice", 5: "twice"})
    project.dbt("build", check=False)
    assert (active(project), project.lake.ops.row(newest)["outcome"]) == (before, "publishing failed")
    project.write("models/models.yml", MODELS_YML)
    assert "published: 30 golden stores" in project.dbt("build")
    assert project.lake.ops.row(newest)["outcome"] == "success"


@pytest.mark.long
def test_retry_after_a_mended_test_publishes_what_the_build_and_it_have_proven(project):
    project.load("2026-11-20T02:00", {2: "by retry"})
    project.write("tests/assert_mended.sql", "select * from {{ ref('gold_store_crosswalk') }} limit 1")
    assert "test assert_mended of gold_store_crosswalk ended with fail" in project.dbt("build", check=False)
    project.write("tests/assert_mended.sql", "select * from {{ ref('gold_store_crosswalk') }} where false")
    # A batch that lands meanwhile is of the next build: the retry keeps the inputs of the build.
    project.load("2026-11-20T02:30", {3: "too late"})
    output = project.dbt("retry")
    assert "published: 30 golden stores" in output
    assert (project.mart()["GS-2"], project.mart()["GS-3"]) == ("by retry", "shop 3")
    project.write("tests/assert_mended.sql", "select 1 as a where false")


@pytest.mark.long
def test_column_added_to_mart_is_published_by_the_next_build(project):
    project.write(
        "models/mart_stores.sql",
        """
with gold_stores as (select * from {{ ref('gold_stores') }}),
mart_stores as (select gold_store_id, store_name, match_status from gold_stores)
select * from mart_stores
""",
    )
    project.write(
        "models/models.yml",
        MODELS_YML
        + "      - {name: match_status, data_type: varchar, data_tests: [not_null: {config: {severity: warn}}]}\n",
    )
    output = project.dbt("build")
    # In the run the test looks at the release before, which has no such column.
    assert "WARN 30 not_null_mart_stores_match_status" in output
    assert "published: 30 golden stores" in output
    with duckdb.connect(str(project.database)) as connection:
        load_extensions(connection)
        assert connection.execute('select distinct match_status from "MART".stores').fetchall() == [("GI_ONLY",)]


@pytest.mark.long
def test_rollback_list_diff_and_hold_from_the_command_line(project):
    project.load("2026-11-20T03:00", {40: "new shop"})
    project.dbt("build")
    newest = active(project)
    assert "1 gained, 0 lost, 0 changed" in project.operation(
        "diff_releases", from_release_id=newest - 1, to_release_id=newest
    )
    output = project.operation("rollback_release", release_id=newest - 1, reason="new shop is closed")
    assert f"MART shows release {newest - 1} again (was {newest})" in output
    assert "GS-40" not in project.mart()
    assert mart_in_database(project) == project.mart()
    assert "nothing published: publishing is held" in project.dbt("build")
    listed = project.operation("list_releases")
    assert "rolled_back" in listed and "new shop is closed" in listed
    assert "the hold is lifted" in project.operation("lift_hold", reason="it opened again")
    assert "published: 31 golden stores" in project.dbt("build")
    assert "GS-40" in project.mart()


def test_unknown_release_is_an_error_of_one_line_that_says_what_to_do(project):
    before = active(project)
    output = project.operation("rollback_release", check=False, release_id=999, reason="x")
    assert "there is no release 999" in output and "dbt run-operation list_releases" in output
    assert active(project) == before


@pytest.mark.long
def test_expire_says_what_it_would_remove_before_it_does(project):
    limits = {"keep_last": 1, "younger_than_days": 0, "retired_hours": 0}
    shown = project.mart()
    assert "nothing was removed, run again with dry_run: false" in project.operation("expire_releases", **limits)
    assert "expired" in project.operation("expire_releases", **limits, dry_run=False)
    assert project.mart() == shown
    assert mart_in_database(project) == shown


@pytest.mark.long
def test_profile_without_the_plugin_is_named(project):
    profile = project.root / "profiles.yml"
    text = profile.read_text(encoding="utf-8")
    try:
        profile.write_text(text.replace("plugins:", "ignored:"), encoding="utf-8")
        output = project.dbt("build", check=False)
    finally:
        profile.write_text(text, encoding="utf-8")
    assert "profiles.yml does not name the plugin of this project" in output


@pytest.mark.long
def test_kills_at_random_moments_leave_whole_releases(project):
    seconds = time.monotonic()
    project.load("2026-11-21T00:00", {1: "before the kills"})
    project.dbt("build")
    seconds = time.monotonic() - seconds
    generator = random.Random(20261126)
    for number in range(KILLS):
        last, last_release = project.mart(), active(project)
        project.load(f"2026-11-21T{number + 1:02}:00", {1: f"kill {number}", 100 + number: "new"})
        process = project.start("build")
        # Half of the moments lie in the second half, where files and releases are written.
        time.sleep(generator.uniform(0.5 if number % 2 else 0, 1) * seconds)
        process.kill()
        expected = last | {"GS-1": f"kill {number}", f"GS-{100 + number}": "new"}
        # Killed before the commit point, or after it; nothing between.
        assert (active(project), project.mart()) in (
            (last_release, last),
            (last_release + 1, expected),
            (last_release + 2, expected),
        )
        output = project.dbt("build")
        assert "published: " in output
        assert project.mart() == expected
        assert mart_in_database(project) == expected
        rows = project.lake.ops.rows(
            "select count(*) as n from releases where release_status in ('active', 'candidate')"
        )
        assert rows[0]["n"] == 1
