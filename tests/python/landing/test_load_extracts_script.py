"""The command line: exit codes and what a person sees."""

import subprocess
import sys

import duckdb
import pytest

GI = "ref;label;lat;lon\n1;Café;48,85;2,35\n;none;;\n"
TH = "id,name\n9,Bar\n"


@pytest.fixture
def run(repository, tmp_path):
    def run_script(*arguments):
        script = repository / "scripts" / "load_extracts.py"
        return subprocess.run(
            [sys.executable, str(script), *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=60,
        )

    return run_script


def test_loads_both_sides_and_says_what_happened(run, write, tmp_path):
    gi, th = write(GI.encode("cp1252"), "gi.csv"), write(TH, "th.csv")
    options = ["--map-gi", "id=ref", "--map-gi", "name=label", "--encoding-gi", "cp1252"]
    outcome = run("--gi", str(gi), "--th", str(th), *options, "--window", "2026-11-20T12:00:00+02:00")
    assert outcome.returncode == 0, outcome.stderr
    assert "2 rows read, 1 accepted, 1 rejected" in outcome.stdout
    assert "ref: id is missing" in outcome.stdout
    assert "2 repaired" in outcome.stdout
    with duckdb.connect(str(tmp_path / "stores.duckdb")) as connection:
        rows = connection.execute(
            "select store_id, store_name, latitude, batch_window_start::varchar from raw.gi_stores"
        )
        assert rows.fetchall() == [("1", "Café", 48.85, "2026-11-20 10:00:00")]
        assert connection.execute("select store_id from raw.th_stores").fetchall() == [("9",)]

    again = run("--gi", str(gi), "--th", str(th), *options)
    assert again.returncode == 0
    assert again.stdout.count("nothing changed") == 2


@pytest.mark.parametrize(
    ("th", "database", "words"),
    [
        ("id,title\n1,a\n", "stores.duckdb", ["th.csv", "column name not found", "--map"]),
        (TH, "nowhere/stores.duckdb", ["folder does not exist"]),
        (TH, "th.csv", ["is not a DuckDB file"]),
    ],
)
def test_errors_are_few_lines_and_load_nothing(run, write, tmp_path, th, database, words):
    gi = write("id,name\n1,a\n", "gi.csv")
    path = write(th, "th.csv")
    outcome = run("--gi", str(gi), "--th", str(path), "--database", str(tmp_path / database))
    assert outcome.returncode == 2
    assert all(word in outcome.stderr for word in words), outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert len(outcome.stderr.splitlines()) <= 4
    assert not (tmp_path / "stores.duckdb").exists()


def test_one_extract_at_least(run):
    outcome = run("--database", "x.duckdb")
    assert outcome.returncode == 2
    assert "--gi FILE" in outcome.stderr
