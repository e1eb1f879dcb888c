"""A claim about Snowflake, and what was found of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store_matching.snowflake_proof.proof import Proof


class Verdict(StrEnum):
    """What became of a claim."""

    HOLDS = "holds"
    FAILS = "fails"
    # The role lacks a right, or Snowflake hides that the object is there: nothing is known of the claim.
    NOT_ALLOWED = "not allowed"
    # The account (its edition, region or version) does not know a statement or function.
    NOT_SUPPORTED = "not supported here"
    # A claim that this one builds on does not hold, or a setting is missing.
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Statement:
    """One statement, or one dbt command, as it was run.

    seconds:  wall time
    query_id: Snowflake's, "" for a dbt command or where none was given
    error:    text of the refusal, "" where there was none
    """

    text: str
    seconds: float
    query_id: str = ""
    error: str = ""


@dataclass(frozen=True)
class Claim:
    """Something that the project relies on, and how it is tried.

    name:   how --only chooses it
    source: where the question stands: a section of the facts, or a document
    text:   the claim, a sentence
    needs:  the rights that its statements need
    prove:  tries it and returns what was seen, a sentence; raises Unmet when Snowflake does otherwise, NotRun when a
            setting is missing, Refused when a statement is refused
    after:  names of the claims that must hold first
    """

    name: str
    source: str
    text: str
    needs: str
    prove: Callable[[Proof], str]
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What was found of a claim.

    seen: a sentence: what Snowflake did
    missing_right: for NOT_ALLOWED, the right that is needed
    """

    claim: Claim
    verdict: Verdict
    seen: str
    seconds: float
    statements: list[Statement] = field(default_factory=list)
    missing_right: str = ""


class Unmet(Exception):
    """Snowflake ran the statements, and does otherwise than the claim says; the message says what it did."""


class NotRun(Exception):
    """The claim cannot be tried; the message says what to do."""


class Refused(Exception):
    """A statement was refused.

    number: Snowflake's error number, such as 3001 for 003001; None where there is none
    """

    def __init__(self, text: str, number: int | None) -> None:
        super().__init__(text)
        self.number = number
