"""What Snowflake's reference says a function gives is what the emulator gives, and what DuckDB's form of it gives.

documented_results.csv: function; the expression on Snowflake; the same as the macros write it for DuckDB, empty where
DuckDB gives another result or has no such function, and the project does not rely on it; the documented result, empty
for null, ≈ before one that the page rounds; the page below https://docs.snowflake.com/en/sql-reference/.

undocumented_functions.csv: functions in use whose reference shows no result that could be compared, and why.
"""

import contextlib
import csv
import json
import re
import subprocess
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from store_matching.operations.snowflake_functions import SNOWFLAKE_FUNCTIONS
from tests.snowflake.emulator import DATABASE, PYTHON, SHIM

HERE = Path(__file__).resolve().parent
with (HERE / "documented_results.csv").open(encoding="utf-8", newline="") as opened:
    CASES = list(csv.DictReader(opened))


def same(value: object, documented: str) -> bool:
    """Whether a value is the documented one: null, truth, number or text."""
    if value is None or documented == "":
        return value is None and documented == ""
    if documented.startswith("≈"):
        number = documented[1:]
        return abs(Decimal(str(value)) - Decimal(number)) <= Decimal(5).scaleb(-len(number.partition(".")[2]) - 1)
    if isinstance(value, bool):
        return str(value).lower() == documented
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value)) == Decimal(documented)
    # JSON has decimals as texts.
    return value == documented or (is_number(value) and is_number(documented) and float(value) == float(documented))


def is_number(text: str) -> bool:
    """Whether a text is a number, as JSON writes it."""
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


@pytest.fixture(scope="module")
def emulated(tmp_path_factory) -> list:
    """The results of all expressions on the emulator, in one process."""
    statement = "select " + ", ".join(case["snowflake"] for case in CASES)
    command = [PYTHON, "-W", "ignore", SHIM / "execute.py", tmp_path_factory.mktemp("account"), DATABASE, statement]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)[0]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case["snowflake"] for case in CASES])
def test_emulator_gives_the_documented_result(emulated, number):
    assert same(emulated[number], CASES[number]["result"]), emulated[number]


@pytest.mark.parametrize("case", CASES, ids=[case["snowflake"] for case in CASES])
def test_duckdb_gives_the_documented_result(case):
    """Where it does not, the case says so by having no form for DuckDB."""
    if not case["duckdb"]:
        with contextlib.suppress(duckdb.Error):
            (value,) = duckdb.execute(f"select {case['snowflake']}").fetchone()
            assert not same(value, case["result"]), value
        return
    (value,) = duckdb.execute(f"select {case['duckdb']}").fetchone()
    assert same(value, case["result"]), value


def test_every_function_is_one_that_the_linter_knows():
    assert {case["function"] for case in CASES} - {"/"} <= SNOWFLAKE_FUNCTIONS


def test_every_case_calls_its_function_and_names_a_page():
    for case in CASES:
        assert case["function"] in case["snowflake"], case
        assert re.fullmatch(r"functions/[a-z0-9_]+|operators-arithmetic", case["source"]), case


@pytest.mark.parametrize(
    ("value", "documented", "is_same"),
    [
        (0.52359877559, "≈0.5235987756", True),
        (0.52359877, "≈0.5235987756", False),
        ("22.3", "22.30", True),
        ("1a", "1", False),
        (1, "2", False),
        (None, "0", False),
        (0, "", False),
        (True, "true", True),
    ],
)
def test_comparison_accepts_what_is_documented_alone(value, documented, is_same):
    assert same(value, documented) == is_same
