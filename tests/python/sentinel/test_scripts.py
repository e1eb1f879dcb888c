"""The commands of the Sentinel as people and schedulers run them: exit codes, what they print, what they change."""

import json
import os
import shlex
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from .any_table import in_sql, rows

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
TABLE = ("--table", "raw.gi_stores")


@pytest.fixture
def run(local):
    """Runs a script on the lake; returns exit code, lines of standard output and what people read."""

    def run_script(name, *arguments, **environment):
        done = subprocess.run(
            [sys.executable, SCRIPTS / name, *arguments],
            capture_output=True,
            text=True,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("STORE_MATCHING_")},
                "STORE_MATCHING_LAKE": local.root,
                "STORE_MATCHING_LAKE_STATE": str(local.folder / "state"),
                **environment,
            },
        )
        return done.returncode, done.stdout.splitlines(), done.stderr

    return run_script


def age(local):
    """Make every file two hours older."""
    age_folder(Path(local.root))


def age_folder(folder):
    """Make every file of a folder two hours older."""
    for path in folder.rglob("*"):
        if path.is_file() and "state" not in path.parts:
            moment = path.stat().st_mtime - timedelta(hours=2).total_seconds()
            os.utime(path, (moment, moment))


def test_scan_recover_and_sweep_as_one_would_use_them(local, run):
    local.load(11, "ab")
    code, alerts, text = run("sentinel.py", "scan", *TABLE)
    assert (code, alerts) == (0, [])
    assert "0 critical, 0 warning" in text
    local.lose_by_conflict(12, "cde")
    age(local)
    code, alerts, text = run("sentinel.py", "watch", *TABLE, "--every", "1s", "--times", "2")
    assert code == 4
    (alert,) = (json.loads(line) for line in alerts)
    assert (alert["class"], alert["batch_id"], alert["rows"]) == ("lost_batch", "b12", 3)
    assert "A batch is missing from raw.gi_stores" in text
    before = local.table.metadata_location
    code, lines, _ = run("recover_batch.py", "--plan", *TABLE)
    assert (code, lines[-1]) == (0, "nothing was changed; --apply does it")
    assert local.table.metadata_location == before
    code, lines, _ = run("recover_batch.py", "--apply", "--file", alert["file"])
    assert code == 0
    assert lines[-1].endswith(", 3 rows")
    code, lines, _ = run("recover_batch.py", "--apply", *TABLE)
    assert (code, lines) == (0, ["nothing to recover"])
    code, alerts, text = run("sentinel.py", "scan", *TABLE)
    assert code == 0
    assert [json.loads(line)["text"].split(":")[0] for line in alerts] == ["Resolved in raw.gi_stores"]


@pytest.mark.long
def test_garbage_is_shown_moved_and_put_back(local, run):
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    (garbage,) = local.files() - local.live_files()
    local.load(12, "cde")
    age(local)
    assert run("sweep_garbage.py", *TABLE)[1][-1] == "nothing to move"
    code, lines, _ = run("sweep_garbage.py", *TABLE, "--delay", "1s")
    assert (code, lines[-1]) == (0, "1 files would be moved; --apply does it")
    assert Path(garbage).exists()
    code, lines, _ = run("sweep_garbage.py", *TABLE, "--delay", "1s", "--apply")
    assert (code, lines[-1]) == (0, "1 files moved")
    assert not Path(garbage).exists()
    manifest = lines[-2].rsplit(" ", 1)[1]
    assert run("sweep_garbage.py", "--restore", manifest)[1] == [f"{garbage}: restored", "1 of 1 files restored"]
    assert Path(garbage).exists()
    assert run("sweep_garbage.py", "--restore", manifest + "x")[0] == 2


@pytest.mark.long
def test_exit_codes_say_what_is_the_matter(local, run, tmp_path):
    local.load(11, "ab")
    local.load(13, "cd")
    assert run("sentinel.py", "scan", *TABLE)[0] == 3
    unreachable = {"STORE_MATCHING_ALERT_WEBHOOK": "http://127.0.0.1:9/"}
    code, _, text = run("sentinel.py", "scan", *TABLE, **unreachable)
    assert code == 3
    local.load(12, "ef")
    code, _, text = run("sentinel.py", "scan", *TABLE, **unreachable)
    assert code == 1
    assert "cannot be reached" in text
    code, _, text = run("sentinel.py", "scan", *TABLE, "--catalog", "nobodys")
    assert code == 2
    assert "PYICEBERG_CATALOG__NOBODYS__URI" in text
    assert run("sentinel.py", "scan", STORE_MATCHING_LAKE=str(tmp_path / "nothing"))[0] == 2
    code, _, text = run("sentinel.py", "watch", "--every", "soon")
    assert code == 2
    assert "'soon' is no length of time" in text


@pytest.mark.long
def test_the_command_of_an_alert_runs_as_it_stands_whatever_catalog_and_path(local, run, tmp_path, monkeypatch):
    local.load(11, "ab")
    table = in_sql(tmp_path, monkeypatch, warehouse=str(tmp_path / "ware house"))
    table.append(rows("ab"))
    table.abandon(rows("cd"))
    age_folder(tmp_path / "ware house")
    chosen = ("--table", "geo.shops", "--catalog", "anysql", "--location", table.table.location())
    code, alerts, _ = run("sentinel.py", "scan", *chosen)
    assert code == 4
    (alert,) = map(json.loads, alerts)
    python, script, *arguments = shlex.split(alert["what_to_do"])
    assert (python, script) == ("python", "scripts/recover_batch.py")
    assert arguments == ["--apply", *chosen, "--file", alert["file"]]
    code, lines, text = run("recover_batch.py", *arguments)
    assert (code, lines[-1].endswith(", 2 rows")) == (0, True), text
    assert sorted(table.table.scan().to_arrow()["shop_id"].to_pylist()) == list("abcd")
    # Once more: there is nothing to do, and nothing wrong.
    code, lines, _ = run("recover_batch.py", *arguments)
    assert (code, lines[-1]) == (0, f"{alert['file']}: main holds the file")


@pytest.mark.long
def test_garbage_of_a_table_of_another_catalog_is_moved_and_put_back(local, run, tmp_path, monkeypatch):
    local.load(11, "ab")
    table = in_sql(tmp_path, monkeypatch)
    table.append(rows("ab"))
    (live,) = table.live_files()
    garbage = Path(table.copy(live.removeprefix("file://")))
    age_folder(tmp_path / "warehouse")
    chosen = ("--table", "geo.shops", "--catalog", "anysql")
    run("sweep_garbage.py", *chosen)
    code, lines, text = run("sweep_garbage.py", *chosen, "--delay", "1s", "--apply", "--file", str(garbage))
    assert (code, lines[-1]) == (0, "1 files moved"), text
    assert not garbage.exists()
    assert run("sweep_garbage.py", "--restore", lines[-2].rsplit(" ", 1)[1], *chosen)[0] == 0
    assert garbage.exists()


@pytest.mark.parametrize("script", ["recover_batch.py", "sweep_garbage.py"])
def test_a_file_that_is_not_found_is_told_and_no_success(local, run, script):
    local.load(11, "ab")
    code, lines, _ = run(script, "--apply", *TABLE, "--file", "/no/such.parquet")
    assert code == 3
    assert any(line.startswith("/no/such.parquet was not found among the files of raw.gi_stores") for line in lines)
    assert any("what to do: check the path, and name its table with --table" in line for line in lines)


def test_where_a_table_lies_is_no_option_without_the_table(local, run):
    code, _, text = run("recover_batch.py", "--catalog", "anysql")
    assert (code, "name it with --table" in text) == (2, True)
