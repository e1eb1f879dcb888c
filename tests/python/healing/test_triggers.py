"""Triggers from the failure to the release that consumes them, and everything that may go wrong in between."""

import subprocess
import sys
import time

import pytest

from store_matching.healing.triggers import request

from .matching_project import REPOSITORY, MatchingProject

FORM = "zzholding"
MATCHES = (
    "select store_key, status, partner_store_key, total_points, logic_version from STAGING.store_matches order by 1"
)


def triggers(project: MatchingProject) -> list[dict]:
    """All triggers, in the order in which they were made."""
    return project.lake.ops.rows("select * from reprocess_triggers order by created_at, trigger_id")


def statuses(project: MatchingProject) -> dict[str, str]:
    """Status by store."""
    return {row["store_key"]: row["trigger_status"] for row in triggers(project)}


def give_unknown_forms(project: MatchingProject, count: int) -> list[str]:
    """Rename matched GI stores so that only a legal form which nobody knows tells them apart; return their keys.

    Of pairs that were no more than good enough: better ones match whatever they are called, worse ones fail anyhow.
    """
    matched = project.query(
        f"""select gi.store_id from STAGING.store_matches as m inner join STAGING.current_stores as gi using (store_key)
            where m.source_system = 'GI' and m.status = 'MATCHED' and m.total_points >= 20
            order by m.total_points, 1 limit {count}"""
    )
    chosen = [row[0] for row in matched]
    rows = []
    for store in project.stores("GI"):
        if store[0] in chosen:
            row = list(store)
            # Nothing but the name is left to compare.
            row[1] = f"{row[1]} {FORM} {FORM}verwaltung {FORM}beteiligung"
            row[9] = row[10] = None
            rows.append([*row, "false"])
    project.load("GI", rows)
    return [f"GI:{store_id}" for store_id in chosen]


def teach_forms(project: MatchingProject) -> None:
    """Change the logic: the legal form is known from now on."""
    file = project.root / "seeds/legal_forms.csv"
    with file.open("a", encoding="utf-8") as seed:
        seed.write(f"*,{FORM} {FORM}verwaltung {FORM}beteiligung,phrase,end\n")


def script(project: MatchingProject, name: str, *arguments: str) -> subprocess.CompletedProcess:
    """Run a script of the project as a person does."""
    command = [sys.executable, REPOSITORY / "scripts" / name, "--lake", str(project.lake_root), *arguments]
    return subprocess.run(command, env=project.environment(), capture_output=True, text=True, check=False)


@pytest.mark.long
def test_a_change_of_logic_computes_the_triggered_alone(project):
    give_unknown_forms(project, 12)
    project.dbt("build")
    before = {row[0]: row for row in project.query(MATCHES)}
    made = project.operation("enqueue_reprocess_triggers")
    assert "new triggers" in made
    asked = [row["store_key"] for row in triggers(project)]
    assert asked, "nothing failed with a promising candidate: the test has no subject"
    assert '{"enqueued": 0}' in project.operation("enqueue_reprocess_triggers")
    # Of the same logic and inputs nothing is due.
    assert "no row differs" in project.dbt("build")
    assert set(statuses(project).values()) == {"pending"}

    teach_forms(project)
    assert f"{len(asked)} triggers" in project.dbt("build")
    after = {row[0]: row for row in project.query(MATCHES)}
    assert set(statuses(project).values()) == {"consumed"}
    new_version = {key for key in after if after[key][4] != before[key][4]}
    assert set(asked) <= new_version < set(after)
    decided = lambda rows: {key: row[1:4] for key, row in rows.items()}  # noqa: E731
    changed = {key for key in after if decided(after)[key] != decided(before)[key]}
    assert changed <= new_version
    healed = project.query("select count(*) from DIAGNOSTICS.healing_outcomes where outcome = 'healed'")[0][0]
    assert healed > 0
    (released,) = {row["consumed_release_id"] for row in triggers(project)}
    assert project.lake.ops.row("select release_id from active_release")["release_id"] == released

    # The rest follows when everything is asked for, and is then what a full refresh gives.
    keys = [key for (key,) in project.query("select store_key from STAGING.current_stores")]
    request(project.lake.ops, keys, "the rest", "all")
    assert "more than half as many as there are stores" in project.dbt("build")
    assert len({row[4] for row in project.query(MATCHES)}) == 1
    assert project.differences_from_full_refresh() == {}


@pytest.mark.long
def test_a_rollback_reopens_what_its_release_had_consumed(project):
    project.change(5, 3)
    store = f"GI:{project.stores('GI')[0][0]}"
    request(project.lake.ops, [store], "a look", "batch")
    project.dbt("build")
    assert statuses(project) == {store: "consumed"}
    project.operation("rollback_release", release_id=1, reason="a test")
    assert statuses(project) == {store: "pending"}
    project.operation("lift_hold")
    assert "release 3 published" in project.dbt("build")
    assert statuses(project) == {store: "consumed"}
    assert project.differences_from_full_refresh() == {}


@pytest.mark.long
def test_only_failures_of_the_store_itself_kill_a_trigger(project):
    stores = [f"GI:{row[0]}" for row in project.stores("GI")[:2]]
    request(project.lake.ops, stores, "a look", "batch")
    tests = project.root / "tests"
    tests.mkdir(exist_ok=True)
    failing = tests / "assert_a_test.sql"
    # A run that breaks is none of theirs.
    project.write_model("models/staging/assign/stg_store_matches.sql", "select nonsense")
    project.dbt("build", check=False)
    project.write_model("models/staging/assign/stg_store_matches.sql", None)
    assert [(row["trigger_status"], row["attempts"]) for row in triggers(project)] == [("pending", 0)] * 2
    failing.write_text("select store_key from {{ ref('gold_store_crosswalk') }} where store_key = " + f"'{stores[0]}'")
    for attempt in (1, 2, 3):
        project.dbt("build", check=False)
        found = {row["store_key"]: row for row in triggers(project)}
        assert found[stores[0]]["attempts"] == attempt
        assert "assert_a_test failed for it" in found[stores[0]]["last_error"]
        assert (found[stores[1]]["attempts"], found[stores[1]]["trigger_status"]) == (0, "pending")
    assert found[stores[0]]["trigger_status"] == "dead"


def test_a_killed_run_leaves_no_trigger_claimed(project):
    store = f"TH:{project.stores('TH')[0][0]}"
    request(project.lake.ops, [store], "a look", "batch")
    process = project.start("build")
    while statuses(project) != {store: "claimed"}:
        time.sleep(0.05)
        assert process.process.is_alive(), process.text()
    process.kill()
    assert statuses(project) == {store: "claimed"}
    project.dbt("build")
    assert statuses(project) == {store: "consumed"}


def test_triggers_of_stores_that_are_gone_or_never_were(project):
    gone = list(project.stores("GI")[0])
    request(project.lake.ops, [f"GI:{gone[0]}", "GI:never"], "a look", "batch")
    project.load("GI", [[*gone, "true"]])
    printed = project.dbt("build")
    assert "names the store GI:never, which no landing row ever named" in printed
    assert statuses(project) == {f"GI:{gone[0]}": "consumed", "GI:never": "dead"}
    outcomes = project.query("select store_key, outcome from DIAGNOSTICS.healing_outcomes")
    assert outcomes == [(f"GI:{gone[0]}", "gone")]


def test_a_status_written_by_hand_is_told_and_left_alone(project):
    store = f"GI:{project.stores('GI')[0][0]}"
    request(project.lake.ops, [store], "a look", "batch")
    with project.lake.ops.transaction() as connection:
        connection.execute("update reprocess_triggers set trigger_status = 'wiating'")
    assert "1 rows of reprocess_triggers have the status 'wiating'" in project.dbt("build")
    assert statuses(project) == {store: "wiating"}


@pytest.mark.long
def test_a_batch_and_a_number_choose_what_is_claimed(project):
    stores = [f"GI:{row[0]}" for row in project.stores("GI")[:4]]
    request(project.lake.ops, stores[:1], "a look", "first")
    request(project.lake.ops, stores[1:], "a look", "second")
    project.dbt("build", "--vars", "{trigger_batch: second, max_triggers: 2}")
    found = statuses(project)
    assert found[stores[0]] == "pending"
    assert sorted(found[store] for store in stores[1:]) == ["consumed", "consumed", "pending"]


@pytest.mark.long
def test_a_request_for_a_full_refresh_waits_for_the_next_release(project):
    project.operation("request_full_refresh", reason="a new scorecard")
    assert "it was asked for: a new scorecard" in project.dbt("run")
    # dbt run publishes nothing: the request waits.
    assert "it was asked for: a new scorecard" in project.dbt("build")
    assert "asked for" not in project.dbt("build")


@pytest.mark.long
def test_labels_are_obeyed_at_once(project):
    matched = project.query(
        """select store_key, partner_store_key from STAGING.store_matches
           where source_system = 'GI' and status = 'MATCHED' order by 1"""
    )
    (gi, th), (other_gi, _) = matched[:2]
    forbid = script(project, "label_pair.py", "--gi", gi, "--th", th, "--decision", "no_match", "--reason", "called")
    force = script(
        project, "label_pair.py", "--gi", other_gi, "--th", th, "--decision", "match", "--reason", "saw the shop"
    )
    assert (forbid.returncode, force.returncode) == (0, 0), forbid.stderr + force.stderr
    project.dbt("build")
    found = {
        row[0]: row[1:]
        for row in project.query("select store_key, partner_store_key, decided_by from STAGING.store_matches")
    }
    assert found[other_gi] == (th, "steward")
    assert found[gi][0] != th
    assert project.differences_from_full_refresh() == {}


def test_requests_by_hand_name_what_is_wrong(project):
    unknown = script(project, "request_reprocess.py", "--store", "GI:none", "--reason", "x")
    assert unknown.returncode == 2
    assert "has no store GI:none" in unknown.stderr
    wrong = script(project, "request_reprocess.py", "--where", "land = 'FR'", "--reason", "x")
    assert wrong.returncode == 2
    assert "write one SQL condition over store_key" in wrong.stderr
    asked = script(project, "request_reprocess.py", "--where", "source_system = 'GI'", "--reason", "x", "--batch", "b")
    assert asked.returncode == 0, asked.stderr
    assert len(statuses(project)) == len(project.stores("GI"))
    again = script(project, "request_reprocess.py", "--where", "source_system = 'GI'", "--reason", "x")
    assert "have a request waiting already" in again.stdout
