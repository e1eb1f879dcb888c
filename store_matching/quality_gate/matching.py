"""Match a labelled list with the code of one version of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from store_matching.quality_gate.errors import QualityGateError
from store_matching.quality_gate.labelled_lists import LabelledList

SCRIPT = "scripts/match_files.py"
SHOWN_LINES = 15


def match_list(project: Path, given: LabelledList, out: Path) -> Path:
    """Match a list by scripts/match_files.py of the project in `project`; return `out`, which holds its files.

    The interpreter is this one: a change of the locked packages is not a difference between two versions here.
    Raises QualityGateError with the last lines that were printed when the match fails.
    """
    script = project / SCRIPT
    if not script.is_file():
        raise QualityGateError(f"{project} has no {SCRIPT}: that version is too old to compare with")
    shutil.rmtree(out, ignore_errors=True)
    # Settings of the caller's database and lake belong to neither version.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("STORE_MATCHING_", "DBT_"))
    }
    outcome = subprocess.run(
        [sys.executable, str(script), "--quiet", "--gi", str(given.gi), "--th", str(given.th), "--out", str(out)],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if outcome.returncode != 0:
        lines = "\n".join(outcome.stdout.splitlines()[-SHOWN_LINES:])
        raise QualityGateError(f"{project}: {SCRIPT} failed on the list {given.name}:\n{lines}")
    return out
