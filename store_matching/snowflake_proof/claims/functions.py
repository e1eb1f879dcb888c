"""What functions compute: facts §10, 7, and what the macros take for granted."""

from __future__ import annotations

from collections.abc import Callable

from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.verdicts import Claim, Unmet

NEEDS = "USAGE on the warehouse"


def gives(expression: str, expected: str) -> Callable[[Proof], str]:
    """Return what compares the text of an expression's value with the expected one."""

    def prove(proof: Proof) -> str:
        found = proof.session.value(f"select to_varchar({expression}) as found")
        if found != expected:
            raise Unmet(f"{expression} is {found}, {expected} was expected")
        return f"{expression} is {found}"

    return prove


def hash_of_rows(proof: Proof) -> str:
    """HASH_AGG, by which a run is told to have changed nothing, does not depend on the order of rows."""
    rows = "select column1 as a, column2 as b from values (1, 'x'), (2, 'y'), (2, 'y')"
    first = proof.session.value(f"select hash_agg(*) from ({rows} order by a)")
    again = proof.session.value(f"select hash_agg(*) from ({rows} order by a desc)")
    other = proof.session.value(f"select hash_agg(*) from ({rows} where a = 1)")
    if first != again or first == other:
        raise Unmet(f"{first} and {again} for the same rows, {other} for others")
    return "the same for rows in another order, another for other rows"


CLAIMS = (
    Claim(
        "jaro_winkler",
        "facts §10.7",
        "JAROWINKLER_SIMILARITY caps the common prefix at four and cuts off decimals",
        NEEDS,
        gives("jarowinkler_similarity('starbucks coffee a', 'starbucks coffee b')", "97"),
    ),
    Claim(
        "quotient",
        "docs/decisions.md",
        "A quotient of whole numbers has six decimals, so that macros divide doubles",
        NEEDS,
        gives("1 / 3", "0.333333"),
    ),
    Claim(
        "greatest_of_null",
        "docs/decisions.md",
        "GREATEST is null where one argument is",
        NEEDS,
        gives("iff(greatest(1, null) is null, 'null', 'not null')", "null"),
    ),
    Claim("hash_agg", "snowflake_releases, 9", "HASH_AGG(*) tells equal rows from others", NEEDS, hash_of_rows),
)
