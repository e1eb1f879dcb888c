"""Accuracy of pairs against known matches, and the content hash of GOLD."""

import duckdb
import pytest

from benchmarks.harness.outcome import Truth, accuracy_of_file, gold_fingerprint

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
    found = accuracy_of_file(tmp_path / "pairs.csv", Truth(tmp_path / "truth.csv"))
    assert found.as_dict() == {"precision": 0.3333, "recall": 0.25, "f1": 0.2857}


def test_a_store_and_its_duplicate_count_as_one(tmp_path):
    # 1b is store 1 entered again, 9b is store 9: four true pairs of records are one match of stores.
    (tmp_path / "truth.csv").write_text("gi_id,th_id\n1,9\n1,9b\n1b,9\n1b,9b\n2,8\n")
    (tmp_path / "duplicates.csv").write_text("source,id,duplicate_of_id\nGI,1b,1\nTH,9b,9\nTH,1b,7\n")
    (tmp_path / "pairs.csv").write_text("gi_id,th_id\n1b,9\n1,9b\n2,1b\n")
    found = accuracy_of_file(tmp_path / "pairs.csv", Truth(tmp_path / "truth.csv", tmp_path / "duplicates.csv"))
    assert found.as_dict() == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
