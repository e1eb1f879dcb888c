"""The command line of the evaluation."""

import json
import subprocess
import sys

import pytest


@pytest.fixture
def run(repository, folder):
    def run_script(*arguments):
        script = repository / "scripts" / "evaluate_matches.py"
        return subprocess.run(
            [sys.executable, str(script), *arguments], capture_output=True, text=True, cwd=folder, timeout=60
        )

    return run_script


def test_prints_and_writes_everything(run, folder):
    outcome = run(
        *("--matches", "store_matches.csv", "--truth", "truth.csv", "--pairs", "scored_pairs.parquet"),
        *("--labelled-pairs", "labelled.csv", "--split", "test", "--gi", "gi.csv", "--th", "th.csv"),
        *("--json", "evaluation.json", "--figure", "reliability.svg"),
    )
    assert outcome.returncode == 0, outcome.stderr
    assert "precision 0.500   recall 0.333   F1 0.400" in outcome.stdout
    content = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    assert content["labelled"]["split"] == "test"
    assert (folder / "reliability.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--truth", "none.csv"], "none.csv: cannot be read"),
        (["--truth", "truth.csv", "--gi", "truth.csv"], "columns id and name not found"),
        (["--truth", "truth.csv", "--split", "test"], "--split belongs to --labelled-pairs"),
    ],
)
def test_says_what_is_wrong(run, arguments, words):
    outcome = run("--matches", "store_matches.csv", *arguments)
    assert outcome.returncode == 2
    assert words in outcome.stderr
    assert "Traceback" not in outcome.stderr
