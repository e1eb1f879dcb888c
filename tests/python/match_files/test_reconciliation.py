"""A row that is missing from the outputs, or comes twice, is found in the written files."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from store_matching.landing import LoadResult
from store_matching.landing.batch import Batch
from store_matching.landing.landing_tables import create_landing_tables
from store_matching.match_files.reconciliation import ReconciliationError, reconcile

BATCH = Batch("b", datetime(2026, 1, 1))
GI = LoadResult("GI", Path("gi.csv"), BATCH, rows_read=5)
TH = LoadResult("TH", Path("th.csv"), BATCH, rows_read=2)
MATCHES = 'gi_id,th_id,match_score,status\n1,"a\nb",90,MATCHED\n"x,y",,,GI_ONLY\n,c,,TH_ONLY\n'
DUPLICATES = "source,id,representative_id,status,partner_id\nGI,2,1,MATCHED,c\n"
REJECTED = "source,file,row_number,column,value,reason\nGI,gi.csv,4,id,,id is missing\n"


@pytest.fixture
def check(tmp_path):
    """Function that writes the outputs and reconciles them."""
    connection = duckdb.connect()
    create_landing_tables(connection)
    for table, ids in (("gi", ["1", "x,y", "2"]), ("th", ["a\nb", "c"])):
        connection.executemany(f"insert into raw.{table}_stores (store_id) values (?)", [[i] for i in ids])
    connection.execute("insert into raw.gi_stores (store_id, is_deleted) values ('gone', true)")

    def run(matches=MATCHES, duplicates=DUPLICATES, rejected=REJECTED, gi=GI, th=TH, assignment="1:1"):
        for name, text in (
            ("store_matches", matches),
            ("linked_duplicates", duplicates),
            ("rejected_rows", rejected),
        ):
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return reconcile(connection, tmp_path, {"GI": gi, "TH": th}, assignment)

    return run


def test_outputs_that_add_up(check):
    counts = check()
    assert (counts["GI"].matched, counts["GI"].unmatched, counts["GI"].linked_duplicates) == (1, 1, 1)
    assert (counts["GI"].rejected, counts["GI"].marked_deleted, counts["GI"].total) == (1, 1, 5)
    assert (counts["TH"].matched, counts["TH"].unmatched, counts["TH"].total) == (1, 1, 2)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"matches": MATCHES.replace('"x,y",,,GI_ONLY\n', "")}, "GI: 5 rows read, but 1 matched"),
        ({"duplicates": DUPLICATES.splitlines()[0] + "\n"}, "0 linked duplicates"),
        ({"rejected": REJECTED.splitlines()[0] + "\n"}, "0 rejected"),
        ({"gi": replace(GI, rows_read=6)}, "GI: 6 rows read"),
        ({"th": replace(TH, rows_read=1)}, "TH: 1 rows read"),
        ({"matches": MATCHES.replace('"x,y"', "z")}, "not in the file or come twice, such as 'z'"),
        ({"matches": MATCHES.replace('"x,y"', "2")}, "not in the file or come twice, such as '2'"),
        ({"matches": MATCHES.replace('"x,y"', "gone")}, "not in the file or come twice, such as 'gone'"),
        (
            {"matches": MATCHES.replace('"x,y",,,GI_ONLY', "1,c,80,MATCHED")},
            "2 matched rows hold 1 different",
        ),
    ],
)
def test_outputs_that_do_not(check, changed, message):
    with pytest.raises(ReconciliationError, match=message):
        check(**changed)


def test_shared_partner_is_allowed_only_with_n_to_1(check):
    shared = MATCHES.replace('"x,y",,,GI_ONLY', '"x,y","a\nb",80,MATCHED')
    assert check(matches=shared, assignment="n:1")["TH"].matched == 1
    with pytest.raises(ReconciliationError, match="TH: 2 matched rows hold 1 different stores"):
        check(matches=shared)
