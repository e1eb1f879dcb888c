"""What the peer is given: cleaned names and addresses, and a one-to-one choice of its pairs."""

import duckdb
import pytest

from benchmarks.peer.assignment import assign_one_to_one
from benchmarks.peer.cleaning import clean_stores, folded, read_extract, street

HEADER = "id,name,address,postcode,city,lat,lon,phone\n"


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        yield connection


def write_lists(folder, connection, gi_rows, th_rows):
    for side, rows in (("gi", gi_rows), ("th", th_rows)):
        path = folder / f"{side}.csv"
        path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
        assert read_extract(connection, path, f"{side}_extract") == len(rows)
    clean_stores(connection)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Café  «Zoé»", "cafe zoe"),
        ("Marks & Spencer", "marks and spencer"),
        ("McDonald's", "mcdonalds"),
        ("Кафе Мир-1", "кафе мир 1"),
        ("--", None),
        (None, None),
    ],
)
def test_folding(connection, given, expected):
    assert connection.execute(f"select {folded('$1::varchar')}", [given]).fetchone() == (expected,)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("125 east 23rd street", "e 23rd st"),
        ("easter road 139", "easter rd"),
        ("12a high st", "high st"),
        ("hauptstrasse 5", "hauptst"),
        ("17", None),
    ],
)
def test_street_loses_its_number_and_its_spelling(connection, address, expected):
    assert connection.execute(f"select {street('$1::varchar')}", [address]).fetchone() == (expected,)


def test_cleaned_stores(connection, tmp_path):
    gi = ['1,"Boulangerie Paul SAS","Rue de Lille, 12",59000,Lille,50.63,3.06,+33 3 20 11 22 33']
    th = ["9,Ltd,,10001-1234,,,,123"]
    write_lists(tmp_path, connection, gi, th)
    columns = "name_compact, house_number, street, postcode, town, phone, len(near_cells), rarest_tokens"
    assert connection.execute(f"select {columns} from gi").fetchone() == (
        *("boulangeriepaul", "12", "rue de lille", "59000", "lille", "320112233", 9),
        ["boulangerie", "paul"],
    )
    # A name that is only a legal form is kept; a phone of three digits is none; no point, no cell.
    assert connection.execute(f"select {columns} from th").fetchone() == (
        *("ltd", None, None, "10001", None, None, None),
        ["ltd"],
    )


def test_near_stores_share_exactly_one_cell(connection, tmp_path):
    # The second store lies over the edge of the first one's cell, the third is 5 km away.
    write_lists(tmp_path, connection, ["1,A,,,,50.00499,3.00499,"], ["1,A,,,,50.00501,3.00501,", "2,A,,,,50.05,3.0,"])
    shared = connection.execute("""
        select th.unique_id, len(list_intersect(gi.near_cells, th.near_cells)) from gi, th order by all""")
    assert shared.fetchall() == [("1", 1), ("2", 0)]


def test_extract_without_name_column_is_refused(connection, tmp_path):
    (tmp_path / "gi.csv").write_text("id,title\n1,A\n")
    with pytest.raises(ValueError, match=r"gi\.csv: no column name"):
        read_extract(connection, tmp_path / "gi.csv", "gi_extract")


def scored(connection, pairs):
    connection.execute("""
        create table scored (source_dataset_l varchar, unique_id_l varchar, source_dataset_r varchar,
            unique_id_r varchar, match_weight double, match_probability double)""")
    connection.executemany("insert into scored values ('gi', ?, 'th', ?, ?, ?)", pairs)


def test_assignment_is_greedy_by_weight_with_ties_by_identifier(connection):
    pairs = [
        *[("a", "x", 9, 0.99), ("a", "y", 8, 0.98), ("b", "x", 8, 0.98), ("b", "y", 5, 0.95)],
        *[("c", "z", 7, 0.97), ("d", "z", 7, 0.97), ("e", "w", 1, 0.5)],
    ]
    scored(connection, pairs)
    assert assign_one_to_one(connection, "scored", 0.9) == 2
    chosen = connection.execute("select gi_id, th_id from matches order by all").fetchall()
    assert chosen == [("a", "x"), ("b", "y"), ("c", "z")]


def test_assignment_reads_pairs_in_either_direction(connection):
    scored(connection, [("a", "x", 9, 0.99)])
    connection.execute("update scored set source_dataset_l = 'th', source_dataset_r = 'gi'")
    assign_one_to_one(connection, "scored", 0.9)
    assert connection.execute("select gi_id, th_id from matches").fetchall() == [("x", "a")]
