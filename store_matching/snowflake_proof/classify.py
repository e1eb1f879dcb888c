"""What a refusal says of a claim: that it fails, that a right is missing, or that the account has no such feature.

Numbers and texts are those that Snowflake's documentation shows, for instance in its pages on time travel, cloning and
the troubleshooting of budgets: 001003 (42000) syntax, 000002 (0A000) unsupported, 002003 (02000, 42S02) does not exist
or not authorized, 002141 (42601) unknown user-defined function, 003001 (42501) access control, 000707 (02000) no
history.
"""

from __future__ import annotations

import re

from store_matching.snowflake_proof.verdicts import Refused, Verdict

# Snowflake says the same of what is not there and of what the role may not see; 002141 likewise of procedures.
HIDDEN = {2003: "does not exist, or the role may not see it", 2043: "does not exist, or the role may not use it"}
NOT_ALLOWED = {3001, 2141, *HIDDEN, 606, 390189}
NOT_SUPPORTED = {2, 1003, 2140}
NUMBER = re.compile(r"\b(\d{6}) \([0-9A-Z]{5}\)")
GRANTED_ON = re.compile(r"must have (?P<right>.+? granted on .+?)(?:\.\s|\.?$)", flags=re.DOTALL)
OPERATE_ON = re.compile(r"Insufficient privileges to operate on (?P<object>[\w ]+ '[^']+')")
# Rights that Snowflake names nowhere in its answer.
RIGHT_OF_NUMBER = {
    606: "USAGE on the warehouse that SNOWFLAKE_WAREHOUSE names",
    390189: "the role of SNOWFLAKE_ROLE, granted to the user",
}


def number_in(text: str) -> int | None:
    """Return the first error number that a text shows, as in `003001 (42501)`; None where there is none."""
    found = NUMBER.search(text)
    return int(found[1]) if found else None


def verdict_of(refusal: Refused) -> Verdict:
    """Return what a refused statement says of its claim."""
    if refusal.number in NOT_ALLOWED or "Insufficient privileges" in str(refusal):
        return Verdict.NOT_ALLOWED
    if refusal.number in NOT_SUPPORTED:
        return Verdict.NOT_SUPPORTED
    return Verdict.FAILS


def missing_right(refusal: Refused, needs: str) -> str:
    """Return the right that a refused statement needs: what Snowflake names, and what the claim says it needs."""
    text = " ".join(str(refusal).split())
    if refusal.number in RIGHT_OF_NUMBER:
        return RIGHT_OF_NUMBER[refusal.number]
    if named := GRANTED_ON.search(text):
        return f"{named['right']} (the claim needs: {needs})"
    if named := OPERATE_ON.search(text):
        return f"{needs} (refused on {named['object']})"
    if refusal.number in HIDDEN:
        return f"{needs} (or the object {HIDDEN[refusal.number]})"
    return needs
