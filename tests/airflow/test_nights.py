"""The nightly DAG, whole, on real data: a good night, a full refresh at once, and a question to people."""

import threading
from datetime import timedelta

import pytest

from .small_project import DONE, SKIPPED


def test_a_night_on_which_all_is_well(project, run_dag, alerts):
    project.tool("change")
    night = run_dag("nightly_diagnostics")
    assert night.state == DONE
    skipped = {name for name, state in night.states().items() if state == SKIPPED}
    assert skipped == {
        *("tell_that_a_refresh_did_not_help", "ask_for_approval", "request_full_refresh", "rebuild"),
        "announce_rebuilt",
    }
    assert project.releases() == [1, 2]
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


@pytest.mark.long
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


@pytest.mark.long
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
