"""A version of the project out of git, in a folder of its own for as long as it is needed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store_matching.quality_gate.errors import QualityGateError


def commit_of(repository: Path, reference: str) -> str:
    """Return the full hash of the commit that a reference names. Raises QualityGateError when there is none."""
    outcome = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    if outcome.returncode != 0:
        raise QualityGateError(
            f"BASE={reference}: git knows no such commit; name a branch, tag or commit, "
            "and fetch it first: git fetch origin main"
        )
    return outcome.stdout.strip()


@contextmanager
def checked_out(repository: Path, commit: str, folder: Path) -> Iterator[Path]:
    """Check a commit out into `folder`, which must not exist, and remove it afterwards.

    Raises QualityGateError with git's message when it cannot be checked out.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    # A run that was killed leaves its folder, or git's note of it, behind.
    _git(repository, "worktree", "remove", "--force", str(folder))
    _git(repository, "worktree", "prune")
    outcome = _git(repository, "worktree", "add", "--detach", "--force", str(folder), commit)
    if outcome.returncode != 0:
        raise QualityGateError(f"git cannot check out {commit} into {folder}: {outcome.stderr.strip()}")
    try:
        yield folder
    finally:
        _git(repository, "worktree", "remove", "--force", str(folder))


def _git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=repository, capture_output=True, text=True)
