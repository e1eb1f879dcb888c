"""The nightly check fails when it is told to, and only then."""

import subprocess
import sys

import pytest

# A health that needs no lake.
CHECK = """
import runpy, sys
from store_matching.healing import health
from store_matching import lake
health.check_health = lambda *_: health.Health(
    release_id=7, baseline_release_id=5, unmatched_share=0.8, score_drift=0.3,
    estimated_full_refresh_seconds=None, reasons=["0.8 is above 0.75"] if {critical} else []
)
lake.open_lake = lambda *_, **__: None
sys.argv = ["check_matching_health.py", *sys.argv[1:]]
runpy.run_path("scripts/check_matching_health.py", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("critical", "options", "code", "printed"),
    [
        (True, ["--fail-if-critical"], 1, "a full refresh is due"),
        (True, ["--fail-if-critical", "--json"], 1, '"critical": true'),
        (True, [], 0, "a full refresh is due"),
        (False, ["--fail-if-critical"], 0, "no full refresh is due"),
    ],
)
def test_drift_fails_where_it_is_asked_to(repository, critical, options, code, printed):
    command = [sys.executable, "-c", CHECK.format(critical=critical), *options]
    outcome = subprocess.run(command, cwd=repository, capture_output=True, text=True)
    assert outcome.returncode == code, outcome.stderr
    assert printed in outcome.stdout


def test_a_lake_that_is_not_there_is_no_verdict(repository, tmp_path):
    command = [sys.executable, "scripts/check_matching_health.py", "--fail-if-critical", "--lake", str(tmp_path / "no")]
    outcome = subprocess.run(command, cwd=repository, capture_output=True, text=True)
    assert outcome.returncode == 2
    assert str(tmp_path / "no") in outcome.stderr
