"""Accuracy of pairs against known matches, and the content hash of GOLD."""

import duckdb
import pytest

from benchmarks.harness.outcome import accuracy_of_file, gold_fingerprint

GOLD = """
    create schema gold;
    create table gold.stores (gold_store_id varchar, store_name varchar, built_at timestamp);
    create table gold.store_crosswalk (store_key varchar, gold_store_id varchar);
    insert into gold.store_crosswalk values ('GI:1', 'a'), ('TH:9', 'a');
"""


def fingerprint(*rows):
    with duckdb.connect() as connection:
        connection.execute(GOLD)
        connection.executemany("insert into gold.stores values (?, ?, ?)", rows)
        return gold_fingerprint(connection)


FIRST = ("a", "Café", "2026-01-01 10:00:00")
SECOND = ("b", None, "2026-01-01 10:00:00")


def test_order_of_rows_and_time_of_the_run_do_not_change_the_fingerprint():
    later = [(*row[:2], "2026-02-02 12:00:00") for row in (SECOND, FIRST)]
    assert fingerprint(FIRST, SECOND) == fingerprint(*later)


@pytest.mark.parametrize("changed", [("a", "Cafe", FIRST[2]), ("A", "Café", FIRST[2]), ("a", None, FIRST[2])])
def test_any_other_value_changes_the_fingerprint_of_its_table_only(changed):
    before, after = fingerprint(FIRST, SECOND), fingerprint(changed, SECOND)
    assert before["gold.stores"] != after["gold.stores"]
    assert before["gold.store_crosswalk"] == after["gold.store_crosswalk"]


def test_a_repeated_row_changes_the_fingerprint():
    assert fingerprint(FIRST) != fingerprint(FIRST, FIRST)


def test_missing_table_is_named():
    with duckdb.connect() as connection, pytest.raises(RuntimeError, match=r"gold\.stores"):
        gold_fingerprint(connection)


def test_accuracy_of_a_file_of_pairs(tmp_path):
    (tmp_path / "pairs.csv").write_text("gi_id,th_id,match_probability\n1,01,0.9\n2,02,0.9\n3,03,0.9\n")
    (tmp_path / "truth.csv").write_text("gi_id,th_id\n1,01\n2,03\n4,04\n5,05\n")
    found = accuracy_of_file(tmp_path / "pairs.csv", tmp_path / "truth.csv")
    assert found.as_dict() == {"precision": 0.3333, "recall": 0.25, "f1": 0.2857}
