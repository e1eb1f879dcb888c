"""The project on the emulator of Snowflake gives row for row what it gives on DuckDB, first and incrementally.

The emulator runs on DuckDB too: equality proves the SQL that Snowflake gets, not Snowflake's functions. For real lists
name folders with gi.csv and th.csv, each parted by a colon, in STORE_MATCHING_PARITY_SETS.
"""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from store_matching.healing.triggers import request
from store_matching.operations.snowflake_functions import SNOWFLAKE_FUNCTIONS
from store_matching.operations.sql_linting import parse_snowflake
from tests.snowflake.emulator import REPOSITORY
from tests.snowflake.statements import write_statements
from tests.snowflake.two_engines import LEFT_OUT, TwoEngines

# Generated lists of two kinds: options of scripts/generate_stores.py.
GENERATED = {
    "demo": ["--stores", "300", "--seed", "7"],
    "noisy": ["--stores", "400", "--seed", "11", "--countries", "GR,BG,DE", "--noise", "high", "--overlap", "0.4"],
}
FOLDERS = {Path(text).name: Path(text) for text in os.environ.get("STORE_MATCHING_PARITY_SETS", "").split(":") if text}


@pytest.fixture(scope="module", params=["demo", pytest.param("noisy", marks=pytest.mark.long), *FOLDERS])
def engines(request, tmp_path_factory) -> TwoEngines:
    """Both engines after their first build."""
    root = tmp_path_factory.mktemp(request.param)
    extracts = FOLDERS.get(request.param, root / "extracts")
    if request.param in GENERATED:
        generate = [sys.executable, REPOSITORY / "scripts/generate_stores.py", *GENERATED[request.param]]
        subprocess.run([*generate, "--out", extracts], check=True, stdout=subprocess.DEVNULL)
    both = TwoEngines(root, extracts)
    both.said = both.build()
    return both


def assert_equal(engines: TwoEngines) -> None:
    """Assert that every table of STAGING, GOLD and DIAGNOSTICS is equal, and that what is left out is not."""
    found = engines.compare()
    assert {table: each for table, each in found.items() if each.get("missing") or any(each["different"])} == {}
    assert {"GOLD.stores", "STAGING.scored_pairs", "DIAGNOSTICS.unmatched_stores"} <= found.keys()
    assert found["STAGING.scored_pairs"]["rows"][0] > 100


def test_first_build_gives_the_same_rows(engines):
    for said in engines.said:
        assert "release 1 published" in said
    assert_equal(engines)


def test_a_column_that_is_left_out_is_unlike_somewhere(engines):
    if not engines.root.name.startswith("demo"):
        pytest.skip("lists of other stores may have no pair that shows it")
    left_out = {column for columns in LEFT_OUT.values() for column in columns}
    assert left_out == {column for each in engines.compare().values() for column in each["unlike"]}


def test_incremental_builds_give_the_same_rows(engines):
    engines.duckdb.change(seed=5, count=12)
    for said in engines.build():
        assert "scope: stores that changed" in said
        assert "release 2 published" in said
    assert_equal(engines)


@pytest.mark.long
def test_a_targeted_run_gives_the_same_rows_and_consumes_its_triggers(engines):
    by_duckdb, by_snowflake = engines.dbt("run-operation", "enqueue_reprocess_triggers")
    assert enqueued(by_duckdb) == enqueued(by_snowflake) > 0
    stores = engines.duckdb.query("select store_key from DIAGNOSTICS.unmatched_stores order by store_key limit 3")
    ops = engines.duckdb.lake.ops
    request(ops, [store_key for (store_key,) in stores], "a test", "by-hand")
    # The same triggers, by the same ids, on the emulator.
    for row in ops.rows("select trigger_id, store_key from reprocess_triggers where is_request = 1"):
        engines.snowflake.execute(
            f"""insert into OPS.reprocess_triggers
                    (trigger_id, store_key, priority, reason, trigger_status, attempts, created_at, is_request)
                values ('{row["trigger_id"]}', '{row["store_key"]}', 100000, 'a test', 'pending', 0, sysdate(), true)"""
        )
    for said in engines.build():
        assert "and those of 3 triggers" in said
        assert "3 triggers consumed" in said
    consumed = "select count(*) from OPS.reprocess_triggers where trigger_status = 'consumed' and is_request"
    assert engines.snowflake.execute(consumed) == [[3]]
    assert_equal(engines)


def test_every_statement_is_read_by_snowflakes_grammar(engines, tmp_path):
    assert write_statements(engines.snowflake.root / "statements.txt", tmp_path) > 200
    _, findings = parse_snowflake(tmp_path)
    assert [(finding, (tmp_path / finding.path).read_text(encoding="utf-8")) for finding in findings] == []


def test_every_function_in_use_has_documented_results_or_a_reason(engines):
    sent = (engines.snowflake.root / "statements.txt").read_text(encoding="utf-8").lower()
    without_texts = re.sub(r"'(?:[^'\\]|''|\\.)*'|--[^\n]*|/\*.*?\*/", "", sent, flags=re.DOTALL)
    used = set(re.findall(r"\b([a-z_0-9]+)\(", without_texts)) & SNOWFLAKE_FUNCTIONS
    documented, undocumented = (column_of(name) for name in ("documented_results.csv", "undocumented_functions.csv"))
    assert used - documented == undocumented - documented == undocumented


def column_of(name: str) -> set[str]:
    """The functions that a file of this folder lists, each with everything that it has to have."""
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert all(row["function"] and (row.get("reason") or row.get("source")) for row in rows)
    return {row["function"] for row in rows}


def enqueued(said: str) -> int:
    """Return how many triggers a command says it made."""
    return json.loads(next(line for line in said.splitlines() if line.startswith('{"enqueued"')))["enqueued"]
