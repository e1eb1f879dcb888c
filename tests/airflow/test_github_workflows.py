"""GitHub workflows, started and watched over HTTP: a server on loopback answers as GitHub does."""

import json
from datetime import timedelta

import pytest
from airflow.sdk.exceptions import ParamValidationError

from .github_server import TOKEN, github_server
from .small_project import DONE, SKIPPED


@pytest.fixture
def github(monkeypatch):
    """The server, and Airflow's connection to it."""
    with github_server() as server:
        connect(monkeypatch, server.url)
        yield server


@pytest.fixture(autouse=True)
def impatience(bag, monkeypatch):
    """A second between two looks and two tries."""
    for task in bag.dags["github_workflows"].tasks:
        monkeypatch.setattr(task, "retry_delay", timedelta(seconds=1))
        if task.task_id.startswith("watch"):
            monkeypatch.setattr(task, "poke_interval", 1)


def connect(monkeypatch, url, token=TOKEN):
    """Set Airflow's connection `github`."""
    extra = {"repository": "owner/stores"}
    connection = {"conn_type": "generic", "host": url, "password": token, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_GITHUB", json.dumps(connection))


def test_both_workflows_run_one_after_the_other(project, github, run_dag, alerts, capfd, caplog):
    github.failures = 1
    github.looks = 2
    inputs = {"mode": "targeted", "trigger_batch": "release-7", "environment": "test"}
    run = run_dag("github_workflows", ref="release", inputs=inputs)
    assert run.state == DONE
    assert run.tasks["start_infrastructure"] == (DONE, 2)
    assert set(run.states().values()) == {DONE}
    assert [started["workflow"] for started in github.started] == ["terraform.yml", "healing.yml"]
    for started in github.started:
        assert started["ref"] == "release"
        assert started["inputs"].pop("request_id")
    assert [started["inputs"] for started in github.started] == [
        {"environment": "test"},
        {"mode": "targeted", "trigger_batch": "release-7"},
    ]
    assert [event["release_id"] for event in run.events["release"]] == [1]
    (alert,) = alerts
    assert (alert["class"], alert["kind"]) == ("airflow_retry", "network")
    printed = capfd.readouterr()
    assert "GitHub answered 503" in printed.out
    assert TOKEN not in printed.out + printed.err + caplog.text + json.dumps(alerts)


def test_a_workflow_that_fails_stops_what_follows(github, run_dag, alerts):
    github.conclusion = "failure"
    run = run_dag("github_workflows")
    assert run.state == "failed"
    assert run.tasks["watch_infrastructure"] == ("failed", 1)
    assert run.states()["start_reprocess"] == "upstream_failed"
    assert [started["workflow"] for started in github.started] == ["terraform.yml"]
    (alert,) = alerts
    assert alert["kind"] == "workflow failed"
    assert "/owner/stores/actions/runs/1" in alert["text"]
    assert "ended with failure" in alert["text"]


def test_a_workflow_that_never_ends_is_given_up(github, run_dag, alerts, bag, monkeypatch):
    github.conclusion = None
    monkeypatch.setattr(bag.dags["github_workflows"].get_task("watch_reprocess"), "timeout", 3)
    run = run_dag("github_workflows", workflows=["reprocess"])
    assert run.states() == {
        **{"start_infrastructure": SKIPPED, "watch_infrastructure": SKIPPED},
        **{"start_reprocess": DONE, "watch_reprocess": "failed", "announce": "upstream_failed"},
    }
    (alert,) = alerts
    assert alert["severity"] == "critical"
    assert "timed out" in alert["text"]


def test_a_wrong_token_fails_at_once(github, run_dag, alerts, monkeypatch):
    connect(monkeypatch, github.url, "another-secret")
    run = run_dag("github_workflows", workflows=["reprocess"])
    assert run.tasks["start_reprocess"] == ("failed", 1)
    (alert,) = alerts
    assert alert["kind"] == "configuration"
    assert "GitHub answered 401" in alert["text"]
    assert "another-secret" not in json.dumps(alerts)


def test_a_value_that_the_workflow_does_not_take_is_a_wrong_setting(github, run_dag, alerts):
    run = run_dag("github_workflows", workflows=["reprocess"], inputs={"mode": "everything"})
    assert run.tasks["start_reprocess"] == ("failed", 1)
    assert github.started == []
    (alert,) = alerts
    assert "GitHub answered 422" in alert["text"]


def test_an_input_that_no_workflow_takes_is_refused(github, run_dag):
    with pytest.raises(ParamValidationError, match="batch_of_triggers"):
        run_dag("github_workflows", inputs={"batch_of_triggers": "release-7"})
    assert github.started == []
