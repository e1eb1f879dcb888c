"""The helpers of the DAGs: kinds of failure, decisions about health, settings, commands that are ended."""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from store_matching_airflow import failures
from store_matching_airflow.callbacks import alert_of
from store_matching_airflow.dbt_command import Answer, run_script
from store_matching_airflow.github import GitHub, github_of, has_succeeded
from store_matching_airflow.health import ASK, FINE, REFRESH, REFRESHED_IN_VAIN, decide
from store_matching_airflow.settings import read_settings

from .github_server import TOKEN, github_server
from .small_project import DAGS, PROGRAMS

# A task as Airflow ends it: the signal becomes an exception in the middle of what the task does.
TASK = """
import signal, sys
sys.path.insert(0, sys.argv[1])
from store_matching_airflow.callbacks import alert_of
from store_matching_airflow.dbt_command import run_script

def end(*_):
    raise SystemExit(3)

signal.signal(signal.SIGTERM, end)
run_script("endless.py")
"""
LOCK = 'IO Error: Could not set lock on file "x": Conflicting lock is held in python (PID 1)'


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (2, f"Runtime Error\n  {LOCK}", failures.BusyError),
        (1, "release 3 became active while this run was measured against release 2", failures.BusyError),
        (1, f"Failure in test a (m.yml)\n{LOCK}", failures.BusyError),
        (1, "Failure in test unique_a (models/m.yml)\n  Got 1 result", failures.DataTestError),
        (1, "Failure in unit_test keeps_a (models/m.yml)", failures.DataTestError),
        (1, "Database Error in model gold_stores (models/gold/x.sql)\n  no such column", failures.ModelError),
        (1, "IO Error: Could not establish connection error for HTTP GET", failures.NetworkError),
        (2, "250001: Connection refused", failures.NetworkError),
        (1, "Runtime Error in model a\n  HTTP Error: HTTP GET error on 'x' (HTTP 500)", failures.NetworkError),
        (1, "test unique_a found 3 failures in the candidate\n  what to do: mend the model", failures.DataTestError),
        (2, "Runtime Error\n  Could not find profile named 'x'", failures.ConfigurationError),
        (2, "the lake was moved\n  what to do: move it back", failures.ConfigurationError),
        (-9, "half of a log", failures.KilledError),
        (137, "", failures.KilledError),
        (1, "something new", failures.CommandError),
    ],
)
def test_the_kind_of_failure_is_read_from_what_was_printed(code, text, kind):
    error = failures.failure_of("dbt build", code, text)
    assert type(error) is kind
    assert error.advice


def test_the_message_quotes_the_lines_that_say_why():
    text = "\n".join(["noise"] * 50 + ["Failure in test a (m.yml)"] + ["noise"] * 50)
    assert str(failures.failure_of("dbt build", 1, text)) == "dbt build ended with 1: Failure in test a (m.yml)"
    assert "signal 9" in str(failures.failure_of("dbt build", -9, text))
    assert "signal 9" in str(failures.failure_of("dbt build", 137, text))


@pytest.mark.parametrize(
    ("critical", "is_fully_refreshed", "seconds", "next_task"),
    [
        (False, False, 10.0, FINE),
        (True, False, 10.0, REFRESH),
        (True, False, 60.0, REFRESH),
        (True, False, 60.1, ASK),
        (True, False, None, ASK),
        (True, True, 10.0, REFRESHED_IN_VAIN),
    ],
)
def test_the_health_of_a_release_decides_what_follows(critical, is_fully_refreshed, seconds, next_task):
    health = {
        "critical": critical,
        "reasons": ["too many have no partner"] if critical else [],
        "estimated_full_refresh_seconds": seconds,
    }
    decision = decide(health, {"is_fully_refreshed": is_fully_refreshed}, 60.0)
    assert decision.next_task == next_task
    assert critical == ("too many have no partner" in decision.reason)


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    assert read_settings().programs == read_settings().project_dir / ".venv/bin"
    monkeypatch.setenv("DBT_PROJECT_DIR", str(tmp_path))
    monkeypatch.setenv("STORE_MATCHING_REFRESH_CEILING", "12.5")
    assert read_settings().project_dir == tmp_path
    assert read_settings().ceiling_seconds == 12.5
    monkeypatch.setenv("STORE_MATCHING_REFRESH_CEILING", "an hour")
    with pytest.raises(ValueError, match="STORE_MATCHING_REFRESH_CEILING is 'an hour'"):
        read_settings()


def test_the_last_json_object_is_the_answer():
    assert Answer(0, ("{", '{"a": 1}', "12:00 done")).json() == {"a": 1}
    with pytest.raises(ValueError, match="no JSON"):
        Answer(0, ("12:00 done",)).json()


def test_a_command_does_not_outlive_the_task_that_airflow_ends(tmp_path):
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    started = tmp_path / "started"
    (scripts / "endless.py").write_text(
        f"import os, pathlib, time\npathlib.Path({str(started)!r}).write_text(str(os.getpid()))\ntime.sleep(600)\n"
    )
    task = subprocess.Popen(
        [sys.executable, "-c", TASK, DAGS],
        env=os.environ | {"DBT_PROJECT_DIR": str(tmp_path), "STORE_MATCHING_PROGRAMS": str(PROGRAMS)},
    )
    deadline = time.monotonic() + 60
    while not started.exists() or not started.read_text():
        assert time.monotonic() < deadline and task.poll() is None
        time.sleep(0.05)
    task.terminate()
    assert task.wait(30) == 3
    assert not Path(f"/proc/{started.read_text()}").exists()


def test_a_command_knows_for_which_task_it_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("DBT_PROJECT_DIR", str(tmp_path))
    monkeypatch.setenv("STORE_MATCHING_PROGRAMS", str(PROGRAMS))
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/owner.py").write_text("import os\nprint(os.environ.get('STORE_MATCHING_RUN_OWNER'))\n")
    # A DAG that ran in this process has left its names.
    for name in ("DAG_ID", "DAG_RUN_ID", "TASK_ID"):
        monkeypatch.delenv(f"AIRFLOW_CTX_{name}", raising=False)
    assert run_script("owner.py").lines == ("None",)
    for name, value in (("DAG_ID", "targeted"), ("DAG_RUN_ID", "manual__1"), ("TASK_ID", "build")):
        monkeypatch.setenv(f"AIRFLOW_CTX_{name}", value)
    assert run_script("owner.py").lines == ("airflow/targeted/manual__1/build",)
    # One value for a whole worker would let every task take over every other's run.
    monkeypatch.setenv("STORE_MATCHING_RUN_OWNER", "somebody")
    assert run_script("owner.py").lines == ("airflow/targeted/manual__1/build",)


def test_a_command_that_is_killed_or_not_there_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("DBT_PROJECT_DIR", str(tmp_path))
    monkeypatch.setenv("STORE_MATCHING_PROGRAMS", str(PROGRAMS))
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/killed.py").write_text("import os\nprint('half')\nos.kill(os.getpid(), 9)\n")
    with pytest.raises(failures.KilledError, match="signal 9; it printed last: half"):
        run_script("killed.py")
    monkeypatch.setenv("STORE_MATCHING_PROGRAMS", "nowhere")
    with pytest.raises(failures.ConfigurationError, match=r"nowhere/python in .* cannot be started"):
        run_script("killed.py")


def test_a_task_without_a_sign_of_life_is_told_as_killed():
    task = SimpleNamespace(dag_id="d", task_id="t", run_id="r", try_number=1)
    alert = alert_of({"task_instance": task}, "warning", "airflow_retry", "failed and runs again")
    assert alert["kind"] == "killed"
    assert alert["text"].startswith("d.t failed and runs again (killed), try 1")
    assert "gives no sign of life" in alert["text"]
    assert "nothing is lost" in alert["text"]


def test_a_connection_names_a_repository_and_a_token():
    def connection(**changes):
        given = {"password": "t", "host": None, "extra_dejson": {"repository": "owner/stores"}} | changes
        return SimpleNamespace(**given)

    assert github_of(connection()).api == "https://api.github.com"
    assert "secret" not in repr(github_of(connection(password="secret")))
    for wrong in ({"password": None}, {"extra_dejson": {}}, {"extra_dejson": {"repository": "stores"}}):
        with pytest.raises(failures.ConfigurationError, match="owner/name"):
            github_of(connection(**wrong))


def test_a_run_whose_name_only_begins_alike_is_another():
    with github_server() as server:
        server.start("healing.yml", {"ref": "main", "inputs": {"request_id": "deploy-10"}})
        github = GitHub("owner/stores", TOKEN, server.url)
        assert github.find_run("healing.yml", "deploy-1") is None
        assert github.find_run("healing.yml", "deploy-10")["id"] == 1


def test_a_workflow_run_that_has_not_ended_is_no_success():
    assert not has_succeeded(None, "id")
    assert not has_succeeded({"status": "queued"}, "id")
    with pytest.raises(failures.WorkflowError, match="cancelled"):
        has_succeeded({"status": "completed", "conclusion": "cancelled", "html_url": "u"}, "id")
    with pytest.raises(failures.NetworkError, match="cannot be reached"):
        GitHub("owner/stores", "t", "http://127.0.0.1:9").find_run("w.yml", "id")
