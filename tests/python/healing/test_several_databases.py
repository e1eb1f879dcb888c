"""What lies in a database may be older than the active release: then every store is computed. And what a retry owes."""

import pytest

from store_matching.healing.triggers import request

from .test_triggers import statuses

pytestmark = pytest.mark.long


def test_a_database_behind_the_active_release_computes_every_store(project):
    store = f"GI:{project.stores('GI')[0][0]}"
    other = project.root / "other" / project.database.name
    other.parent.mkdir()
    project.change(5, 6)
    request(project.lake.ops, [store], "a look", "batch")
    assert "release 2 published" in project.dbt("build", database=other)
    assert statuses(project) == {store: "consumed"}
    # The first database knows nothing of that: it must not publish its own decisions as news.
    said = project.dbt("build")
    assert "every store, because release 2 is active, and these tables are those of release 1" in said
    assert "no row differs" in said
    assert "scope: stores that changed" in project.dbt("build")


def test_a_retry_consumes_what_its_run_had_claimed_and_leaves_a_scope_to_the_next(project):
    store = f"GI:{project.stores('GI')[0][0]}"
    request(project.lake.ops, [store], "a look", "batch")
    project.change(5, 3)
    tests = project.root / "tests"
    tests.mkdir(exist_ok=True)
    failing = tests / "assert_a_test.sql"
    failing.write_text("select 1 as x from {{ ref('gold_stores') }} limit 1", encoding="utf-8")
    # A retry needs what the run before wrote.
    project.dbt("--write-json", "build", check=False)
    assert statuses(project) == {store: "pending"}
    failing.write_text("select 1 as x from {{ ref('gold_stores') }} limit 0", encoding="utf-8")
    assert "release 2 published" in project.dbt("--write-json", "retry")
    assert statuses(project) == {store: "consumed"}
    said = project.dbt("build")
    assert "scope: stores that changed" in said and "no row differs" in said
