"""Which version of the project's code a run used."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

PROJECT_FOLDER = Path(__file__).resolve().parents[2]


@cache
def git_sha() -> str | None:
    """Return the commit of the project, with '+changes' where files differ from it; None outside git.

    STORE_MATCHING_GIT_SHA overrides it, for machines that have the files without the history.
    """
    if given := os.environ.get("STORE_MATCHING_GIT_SHA"):
        return given
    try:
        sha = _git("rev-parse", "HEAD")
        return sha + ("+changes" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(PROJECT_FOLDER), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
