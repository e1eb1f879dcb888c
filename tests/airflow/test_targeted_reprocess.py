"""The targeted DAG, whole, on real data: what fails, what is waited for, and what a kill leaves behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from .small_project import DONE, PROGRAMS

HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.long
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
    assert (project.releases(), run.events) == ([1], {})


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
    assert project.trigger_statuses() == {stores[0]: "consumed", stores[1]: "consumed", stores[2]: "pending"}
    assert [event["release_id"] for event in run.events["mart"]] == [2]


def test_a_project_that_is_not_there_fails_at_once(project, run_dag, alerts, monkeypatch):
    monkeypatch.setenv("STORE_MATCHING_PROGRAMS", str(project.root / "nowhere"))
    run = run_dag("targeted_reprocess")
    assert run.tasks["build"] == ("failed", 1)
    assert alerts[0]["kind"] == "configuration"
    assert "nowhere/dbt" in alerts[0]["text"]


@pytest.mark.long
def test_an_airflow_that_is_killed_loses_nothing_and_does_nothing_twice(project, run_dag, alerts, caplog):
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
    # dbt is in the middle of its models; all of Airflow dies with it.
    while "OK created sql table model STAGING.scope_pairs" not in log.read_text():
        assert airflow.poll() is None, log.read_text()
        time.sleep(0.1)
    os.killpg(airflow.pid, signal.SIGKILL)
    airflow.wait()
    assert project.trigger_statuses() == {store: "claimed"}
    assert project.releases() == [1]
    killed = project.ops("select claimed_run_id from reprocess_triggers")[0][0]
    run = run_dag("targeted_reprocess")
    assert run.tasks == {"build": (DONE, 1), "announce": (DONE, 1)}
    assert f"run {killed} did not end well: what it wrote is undone" in caplog.text
    assert project.trigger_statuses() == {store: "consumed"}
    assert project.releases() == [1, 2]
    assert project.ops("select consumed_release_id, attempts from reprocess_triggers") == [(2, 0)]
    assert [event["release_id"] for event in run.events["release"]] == [2]
    assert alerts == []
