"""Refusals, by the numbers and texts that Snowflake documents."""

import pytest

from store_matching.snowflake_proof.classify import missing_right, number_in, verdict_of
from store_matching.snowflake_proof.verdicts import Refused, Verdict

ON_SCHEMA = "003001 (42501): SQL access control error: Insufficient privileges to operate on schema 'OUTBOUND'"
ON_TABLE = (
    "003001 (42501): SQL access control error: Insufficient privileges to operate on table 'STORES'."
    " Your primary role STORE_ANALYST must have OWNERSHIP granted on TABLE DB.GOLD.STORES."
)
HIDDEN = "002003 (42S02): SQL compilation error: Object 'DB.GOLD.STORES' does not exist or not authorized."
NO_STAGE = "002003 (02000): SQL compilation error: Stage 'LAKE_STAGE' does not exist or not authorized."
NO_PROCEDURE = "002141 (42601): SQL compilation error: Unknown user-defined function DB.RAW.ICEBERG_TABLE_INFORMATION."
NO_FUNCTION = "002140 (42601): SQL compilation error: Unknown function ICEBERG_TABLE_SNAPSHOTS"
NO_FEATURE = "000002 (0A000): Unsupported feature 'VERSION_TAG'."
SYNTAX = "001003 (42000): SQL compilation error: syntax error line 1 at position 40 unexpected 'VERSION'."
NO_HISTORY = (
    "000707 (02000): Time travel data is not available for table TT1. The requested time is either beyond the allowed"
    " time travel period or before the object creation time."
)
NO_WAREHOUSE = "000606 (57P03): No active warehouse selected in the current session."
NO_ROLE = "390189 (08001): Role 'X' specified in the connect string does not exist or not authorized."
EXISTS = "002002 (42710): SQL compilation error: Object 'T_SALES' already exists."


def refused(text):
    return Refused(text, number_in(text))


@pytest.mark.parametrize(
    ("text", "number", "verdict"),
    [
        (ON_SCHEMA, 3001, Verdict.NOT_ALLOWED),
        (ON_TABLE, 3001, Verdict.NOT_ALLOWED),
        (HIDDEN, 2003, Verdict.NOT_ALLOWED),
        (NO_STAGE, 2003, Verdict.NOT_ALLOWED),
        (NO_PROCEDURE, 2141, Verdict.NOT_ALLOWED),
        (NO_WAREHOUSE, 606, Verdict.NOT_ALLOWED),
        (NO_ROLE, 390189, Verdict.NOT_ALLOWED),
        (NO_FUNCTION, 2140, Verdict.NOT_SUPPORTED),
        (NO_FEATURE, 2, Verdict.NOT_SUPPORTED),
        (SYNTAX, 1003, Verdict.NOT_SUPPORTED),
        (NO_HISTORY, 707, Verdict.FAILS),
        (EXISTS, 2002, Verdict.FAILS),
    ],
)
def test_a_refusal_is_told_by_its_number(text, number, verdict):
    assert number_in(text) == number
    assert verdict_of(refused(text)) == verdict


def test_a_lack_of_rights_is_told_by_its_words_where_there_is_no_number():
    assert verdict_of(Refused("Insufficient privileges to operate on account 'OL65898'.", None)) == Verdict.NOT_ALLOWED
    assert verdict_of(Refused("250001: Could not connect to Snowflake backend", 250001)) == Verdict.FAILS


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (ON_SCHEMA, "CREATE VIEW (refused on schema 'OUTBOUND')"),
        (ON_TABLE, "OWNERSHIP granted on TABLE DB.GOLD.STORES (the claim needs: CREATE VIEW)"),
        (HIDDEN, "CREATE VIEW (or the object does not exist, or the role may not see it)"),
        (NO_WAREHOUSE, "USAGE on the warehouse that SNOWFLAKE_WAREHOUSE names"),
        (NO_ROLE, "the role of SNOWFLAKE_ROLE, granted to the user"),
    ],
)
def test_the_missing_right_is_named(text, right):
    assert missing_right(refused(text), "CREATE VIEW") == right


def test_numbers_are_not_read_from_elsewhere():
    assert number_in("Finished in 123456 seconds (of 130000)") is None
    assert number_in("01be0868-0001-f35e-0000-9e5d04011a16: 003001 (42501): no") == 3001
