"""The DAGs that build and release, whole, on real data: good ends, bad ends, and ends by force."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from .small_project import PROGRAMS

SKIPPED, DONE = "skipped", "success"
HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


def trigger_statuses(project):
    """Status by store."""
    return dict(project.ops("select store_key, trigger_status from reprocess_triggers"))


def releases(project):
    """Numbers of the releases that were ever active."""
    return [row[0] for row in project.ops("select release_id from releases where activated_at is not null order by 1")]


def test_a_night_on_which_all_is_well(project, run_dag, alerts):
    project.tool("change")
    night = run_dag("nightly_diagnostics")
    assert night.state == DONE
    skipped = {name for name, state in night.states().items() if state == SKIPPED}
    assert skipped == {
        *("tell_that_a_refresh_did_not_help", "ask_for_approval", "request_full_refresh", "rebuild"),
        "announce_rebuilt",
    }
    assert releases(project) == [1, 2]
    (event,) = night.events["release"]
    snapshots = dict(project.ops("select table_name, snapshot_id from release_tables where release_id = 2"))
    assert (event["release_id"], event["snapshot_ids"]) == (2, snapshots)
    assert event["git_sha"] == project.ops("select git_sha from releases where release_id = 2")[0][0]
    assert night.events["mart"] == [event]
    assert project.ops("select count(*) from reprocess_triggers where created_release_id = 2")[0][0] > 0
    # What is announced is not announced again, whoever asks.
    again = run_dag("targeted_reprocess", seen="build")
    assert (again.states(), again.events) == ({"build": DONE, "announce": SKIPPED}, {})
    assert alerts == []


def test_a_night_that_asks_for_a_full_refresh_at_once(project, run_dag, alerts):
    project.tool("lose-partners")
    night = run_dag("nightly_diagnostics")
    assert night.state == DONE
    states = night.states()
    assert {name for name, state in states.items() if state == DONE} == {
        *("build", "announce", "enqueue_triggers", "check_health", "choose"),
        *("request_full_refresh", "rebuild"),
    }
    full = project.ops(
        "select distinct run_reason from transformation_logs where run_reason like '%asked for%' and command = 'build'"
    )
    assert "have no partner" in full[0][0]
    assert project.ops("select setting_value from settings where setting_name = 'full_refresh_requested'") == [("",)]
    # What is still bad after a full refresh is told to people; nobody pays for another one.
    next_night = run_dag("nightly_diagnostics", seen="build|enqueue_triggers")
    assert next_night.states()["tell_that_a_refresh_did_not_help"] == DONE
    assert next_night.states()["request_full_refresh"] == SKIPPED
    (alert,) = alerts
    assert (alert["severity"], alert["class"]) == ("critical", "matching_health")
    assert "did not help" in alert["text"]


def test_a_night_with_a_question(project, run_dag, alerts, bag, scheduler_sweep, api, monkeypatch):
    project.tool("lose-partners")
    ask = bag.dags["nightly_diagnostics"].get_task("ask_for_approval")
    monkeypatch.setattr(ask, "response_timeout", timedelta(seconds=2))
    night = run_dag("nightly_diagnostics", ceiling_seconds=0)
    assert night.state == DONE
    assert night.states()["ask_for_approval"] == DONE
    assert {night.states()[name] for name in ("request_full_refresh", "rebuild", "announce_rebuilt")} == {SKIPPED}
    (alert,) = alerts
    assert alert["class"] == "approval_needed"
    assert "have no partner" in alert["text"]
    assert "more than 0 s" in alert["text"]
    # The next night asks again, and somebody says yes in time.
    monkeypatch.setattr(ask, "response_timeout", timedelta(minutes=5))
    threading.Thread(target=api.answer, args=("Approve",), daemon=True).start()
    night = run_dag("nightly_diagnostics", seen="build|enqueue_triggers", ceiling_seconds=0)
    assert {night.states()[name] for name in ("request_full_refresh", "rebuild")} == {DONE}


def test_a_failed_data_test_is_not_tried_again_and_is_told(project, run_dag, alerts):
    project.tool("change")
    tests = project.root / "tests"
    tests.mkdir()
    (tests / "assert_a_test.sql").write_text("select store_key from {{ ref('gold_store_crosswalk') }} limit 3")
    run = run_dag("targeted_reprocess")
    assert run.state == "failed"
    assert run.tasks == {"build": ("failed", 1), "announce": ("upstream_failed", 0)}
    (alert,) = alerts
    assert (alert["severity"], alert["kind"]) == ("critical", "data tests failed")
    assert "Failure in test assert_a_test" in alert["text"]
    assert "MART shows the last release" in alert["text"]
    assert (releases(project), run.events) == ([1], {})


def test_one_batch_of_triggers_is_consumed_though_the_database_was_locked(project, run_dag, alerts):
    stores = project.store_keys()[:3]
    project.ask_for_stores(*stores[:2], batch="first")
    project.ask_for_stores(stores[2], batch="second")
    project.tool("change")
    holder = subprocess.Popen(
        [PROGRAMS / "python", "-c", HOLD, project.root / "stores.duckdb"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline().strip() == "open"

    def give_way() -> None:
        while not alerts:
            time.sleep(0.1)
        holder.communicate()

    threading.Thread(target=give_way, daemon=True).start()
    run = run_dag("targeted_reprocess", trigger_batch="first")
    assert run.tasks == {"build": (DONE, 2), "announce": (DONE, 1)}
    (alert,) = alerts
    assert (alert["severity"], alert["class"], alert["kind"]) == ("warning", "airflow_retry", "another writer")
    assert f"PID {holder.pid}" in alert["text"]
    assert trigger_statuses(project) == {stores[0]: "consumed", stores[1]: "consumed", stores[2]: "pending"}
    assert [event["release_id"] for event in run.events["mart"]] == [2]


def test_a_project_that_is_not_there_fails_at_once(project, run_dag, alerts, monkeypatch):
    monkeypatch.setenv("STORE_MATCHING_PROGRAMS", str(project.root / "nowhere"))
    run = run_dag("targeted_reprocess")
    assert run.tasks["build"] == ("failed", 1)
    assert alerts[0]["kind"] == "configuration"
    assert "nowhere/dbt" in alerts[0]["text"]


def test_an_airflow_that_is_killed_loses_nothing_and_does_nothing_twice(project, run_dag, alerts):
    project.tool("change")
    project.ask_for_stores(store := project.store_keys()[0])
    log = project.root / "killed.log"
    with log.open("w") as output:
        airflow = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("run_dag.py"), "targeted_reprocess"],
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    while trigger_statuses(project) != {store: "claimed"}:
        assert airflow.poll() is None, log.read_text()
        time.sleep(0.1)
    # dbt is in the middle of its models; all of Airflow dies with it.
    os.killpg(airflow.pid, signal.SIGKILL)
    airflow.wait()
    assert trigger_statuses(project) == {store: "claimed"}
    assert releases(project) == [1]
    run = run_dag("targeted_reprocess")
    assert run.tasks == {"build": (DONE, 1), "announce": (DONE, 1)}
    assert trigger_statuses(project) == {store: "consumed"}
    assert releases(project) == [1, 2]
    assert project.ops("select consumed_release_id, attempts from reprocess_triggers") == [(2, 0)]
    assert [event["release_id"] for event in run.events["release"]] == [2]
    assert alerts == []
