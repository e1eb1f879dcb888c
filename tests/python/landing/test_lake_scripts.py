"""The command lines of the lake's loader: exit codes and what a person sees."""

import os
import subprocess
import sys

import pytest

GI = "ref;label;lat;lon\n1;Café;48,85;2,35\n;none;;\n"


@pytest.fixture
def run(repository, tmp_path):
    def run_script(name, *arguments):
        return subprocess.run(
            [sys.executable, str(repository / "scripts" / name), *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=120,
            env=os.environ | {"STORE_MATCHING_LAKE": str(tmp_path / "lake")},
        )

    return run_script


def test_loads_a_file_and_says_what_happened(run, write, lake):
    path = write(GI.encode("cp1252"), "gi.csv")
    options = ["--source", "gi", "--map", "id=ref", "--map", "name=label", "--encoding", "cp1252"]
    outcome = run("load_batch.py", *options, "--window", "2026-11-20T13:00:00+02:00", path)
    assert outcome.returncode == 0, outcome.stderr
    assert "2 rows read, 1 accepted, 1 rejected" in outcome.stdout
    assert "ref: id is missing" in outcome.stdout
    assert lake.stores("store_name, latitude, batch_window_start::varchar") == [("Café", 48.85, "2026-11-20 11:00:00")]
    again = run("load_batch.py", *options, "--window", "2026-11-20T11:00", path)
    assert again.returncode == 0
    assert "nothing changed" in again.stdout


def test_each_file_is_a_batch_of_the_window(run, write, lake):
    first, second = write("id,name\n1,a\n", "1.csv"), write("id,name\n2,b\n", "2.csv")
    options = ["--source", "gi", "--window", "2026-11-20T11:00", "--batch-id", "part"]
    outcome = run("load_batch.py", *options, first, second)
    assert outcome.returncode == 0, outcome.stderr
    assert "already has" not in outcome.stdout
    assert len(lake.batches()) == 2
    assert all(batch_id.startswith("part-") for (batch_id,) in lake.batches())
    assert run("load_batch.py", *options, second, first).stdout.count("nothing changed") == 2


def test_another_batch_under_the_same_id_is_an_error(run, write, lake):
    options = ["--source", "gi", "--window", "2026-11-20T11:00", "--batch-id", "noon"]
    assert run("load_batch.py", *options, write("id,name\n1,a\n")).returncode == 0
    outcome = run("load_batch.py", *options, write("id,name\n1,z\n"))
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert "GI has another batch under the id noon" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert lake.stores() == [("1", "a")]


@pytest.mark.parametrize(
    ("options", "content", "words"),
    [
        ([], "id,title\n1,a\n", ["stores.csv", "column name not found", "--map"]),
        (["--full"], "id,name\n1,a\n", ["a full extract is one file"]),
        (["--lake", "gs://bucket"], "id,name\n1,a\n", ["neither a folder nor s3://"]),
    ],
)
def test_errors_are_few_lines_and_load_nothing(run, write, lake, options, content, words):
    good, path = write("id,name\n1,a\n", "good.csv"), write(content)
    outcome = run("load_batch.py", "--source", "gi", "--window", "2026-11-20T11:00", *options, good, path)
    assert outcome.returncode == 2
    assert all(word in outcome.stderr for word in words), outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert len(outcome.stderr.splitlines()) <= 4
    assert lake.batches() == []


@pytest.mark.parametrize("options", [["--window", "noon"], ["--window", "2026-11-20", "--retries", "-1"], []])
def test_wrong_options(run, write, options):
    outcome = run("load_batch.py", "--source", "gi", *options, write("id,name\n1,a\n"))
    assert outcome.returncode == 2
    assert "usage:" in outcome.stderr


@pytest.fixture
def extracts(tmp_path):
    folder = tmp_path / "demo"
    folder.mkdir()
    for source in ("gi", "th"):
        rows = [f'"{source}-{number}","Shop ""{number}"", \nparis",' for number in range(100)]
        (folder / f"{source}.csv").write_text("id,name,city\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_demo_is_loaded_in_hourly_batches_once(run, extracts, lake):
    first = run("load_demo_batches.py", "--extracts", extracts)
    assert first.returncode == 0, first.stderr
    assert "12 batches: 200 rows read, 200 accepted, 0 rejected" in first.stdout
    assert lake.query(
        "select count(distinct batch_window_start), max(batch_window_start)::varchar from raw.batches"
    ) == [(6, "2026-11-20 11:00:00")]
    assert lake.query("select count(*), count(distinct store_id) from raw.th_stores") == [(100, 100)]
    assert lake.stores("store_name")[0] == ('Shop "0", \nparis',)

    again = run("load_demo_batches.py", "--extracts", extracts)
    assert again.stdout == "all 12 batches are loaded already: nothing changed\n"


def test_demo_without_extracts(run, tmp_path):
    outcome = run("load_demo_batches.py", "--extracts", tmp_path / "nowhere")
    assert outcome.returncode == 2
    assert "generate_stores.py" in outcome.stderr
