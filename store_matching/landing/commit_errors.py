"""Why a batch could not be committed, and what is known about it."""

from __future__ import annotations

from collections.abc import Iterable

from store_matching.lake import LakeError


class CommitConflictError(LakeError):
    """Another commit came first, as often as was allowed. The batch has not landed; its data file stays."""


class CommitError(LakeError):
    """The commit failed for another reason. It was looked up: the batch has not landed; its data file stays."""


class UnknownOutcomeError(LakeError):
    """The commit failed in a way that leaves open whether the batch has landed, and it could not be looked up."""


def exit_code(error: Exception) -> int:
    """Return the exit code of a loading command: 3 conflict, 4 outcome unknown, 2 any other reason."""
    if isinstance(error, CommitConflictError):
        return 3
    return 4 if isinstance(error, UnknownOutcomeError) else 2


def refused_text(problem: str, error: Exception, attempts: int, files: Iterable[str], again: str) -> str:
    """Return the text of an error after which the batch is known not to have landed."""
    tried = "once" if attempts == 1 else f"{attempts} times"
    return "\n".join(
        [
            f"{problem} (tried {tried})",
            f"  {type(error).__name__}: {error}",
            *(f"  not committed: {file}" for file in files),
            f"  what to do: nothing has landed; run again: {again}",
        ]
    )


def unknown_text(table: str, error: Exception, look_up_error: Exception, again: str, place: str = "the lake") -> str:
    """Return the text of an error after which nobody knows whether the batch has landed in `place`."""
    return "\n".join(
        [
            f"whether the batch has landed in {table} is unknown",
            f"  the commit ended with {type(error).__name__}: {error}",
            f"  and looking it up with {type(look_up_error).__name__}: {look_up_error}",
            f"  what to do: when {place} can be reached, run again: {again}",
            "  that is safe: a batch that has landed is found by its id and not loaded twice",
        ]
    )
