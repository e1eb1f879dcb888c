"""What Snowflake's reference says a function gives is what the emulator gives, and what DuckDB's form of it gives.

documented_results.csv: function; the expression on Snowflake; the same as the macros write it for DuckDB, empty where
DuckDB gives another result and the project does not rely on it; the documented result, empty for null; the page below
https://docs.snowflake.com/en/sql-reference/.
"""

import csv
import json
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
    if isinstance(value, bool):
        return str(value).lower() == documented
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value)) == Decimal(documented)
    # JSON has decimals as texts.
    return value == documented or (
        value[:1].isdigit() and documented[:1].isdigit() and float(value) == float(documented)
    )


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
    (value,) = duckdb.execute(f"select {case['duckdb'] or case['snowflake']}").fetchone()
    assert same(value, case["result"]) == bool(case["duckdb"]), value


def test_every_function_is_one_that_the_linter_knows():
    assert {case["function"] for case in CASES} - {"/"} <= SNOWFLAKE_FUNCTIONS
