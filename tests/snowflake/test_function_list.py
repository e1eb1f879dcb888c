"""The allow-list of functions: each has its page in Snowflake's reference, and is known to others than ourselves."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from store_matching.operations.snowflake_functions import PAGE_OF, REFERENCE, SNOWFLAKE_FUNCTIONS, source_of
from tests.snowflake.emulator import PYTHON

# Neither Snowpark nor sqlglot's Snowflake dialect names these; their pages were looked up one by one in a copy of the
# reference (2026-11-28).
LOOKED_UP = {
    "approx_top_k",
    "conditional_change_event",
    "conditional_true_event",
    "count_if",
    "extract",
    "generator",
    "hash_agg",
    "hll",
    "len",
    "minhash",
    "parse_ip",
    "percentile_disc",
    "power",
    "ratio_to_report",
    "split_to_table",
    "strtok_split_to_table",
    "time_slice",
    "timestampdiff",
    "to_number",
    "week",
}


def test_every_function_has_a_page_of_the_reference():
    for function in SNOWFLAKE_FUNCTIONS:
        assert re.fullmatch(re.escape(REFERENCE) + r"[a-z0-9_-]+", source_of(function))
    assert source_of("to_varchar") == "https://docs.snowflake.com/en/sql-reference/functions/to_char"
    with pytest.raises(KeyError):
        source_of("list_filter")


def test_pages_of_another_name_are_for_functions_of_the_list():
    assert PAGE_OF.keys() <= SNOWFLAKE_FUNCTIONS
    assert all(function != page for function, page in PAGE_OF.items())


def test_every_function_is_known_to_snowpark_or_sqlglot_or_was_looked_up():
    command = [str(PYTHON), "-W", "ignore", str(Path(__file__).with_name("known_functions.py"))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    known = set(json.loads(done.stdout))
    # Functions of DuckDB alone: with them the list would prove nothing.
    assert not known & {"list_filter", "string_split", "strip_accents", "regexp_full_match"}
    assert SNOWFLAKE_FUNCTIONS - known == LOOKED_UP
