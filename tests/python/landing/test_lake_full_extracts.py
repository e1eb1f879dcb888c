"""Full extracts: the delta they are turned into, late ones, refused rows, conflicts."""

from datetime import datetime

import pytest

from store_matching.landing import ExtractError
from store_matching.landing.describe import describe_load

START = "id,name,city\n1,a,x\n2,b,y\n3,c,z\n"
CURRENT = """
    select store_id, store_name from (
        select * from raw.gi_stores
        qualify row_number() over (
            partition by store_id
            order by batch_window_start desc nulls last, updated_at desc nulls last, batch_id desc nulls last
        ) = 1
    ) where not coalesce(is_deleted, false) order by store_id
"""


def at(hour: int) -> datetime:
    return datetime(2026, 11, 20, hour)


def counts(result) -> tuple[int, ...]:
    full = result.full
    return (full.new, full.changed, full.unchanged, full.deleted, full.withheld)


def test_only_differences_and_deletions_land(lake, write):
    lake.load(write(START), window=at(9))
    result = lake.load(write("id,name,city\n1,a,x\n2,B,y\n4,d,w\n"), window=at(10), is_full=True, batch_id="full")
    assert counts(result) == (1, 1, 1, 1, 0)
    assert lake.query(
        "select store_id, store_name, city, is_deleted from raw.gi_stores where batch_id = 'full' order by all"
    ) == [("2", "B", "y", None), ("3", "c", "z", True), ("4", "d", "w", None)]
    assert lake.query(CURRENT) == [("1", "a"), ("2", "B"), ("4", "d")]
    stamps = lake.summary()
    assert (stamps["kind"], stamps["rows"], stamps["rows-deleted"]) == ("full", "3", "1")
    assert "1 new, 1 changed, 1 unchanged, 1 deleted" in describe_load(result)


def test_no_difference_still_commits_an_empty_snapshot(lake, write):
    lake.load(write(START), window=at(9))
    assert counts(lake.load(write(START), window=at(10), is_full=True, batch_id="full")) == (0, 0, 3, 0, 0)
    assert ("full", 3) in lake.batches("batch_id, row_count")
    assert lake.load(write(START), window=at(10), is_full=True, batch_id="full").already_loaded
    assert len(lake.data_files()) == 1


def test_first_full_extract_is_all_new(lake, write):
    assert counts(lake.load(write(START), is_full=True)) == (3, 0, 0, 0, 0)


def test_deleted_store_that_comes_back_is_new_and_one_that_stays_away_is_not_deleted_twice(lake, write):
    lake.load(write(START), window=at(8))
    lake.load(write("id,name,city\n1,a,x\n"), window=at(9), is_full=True)
    result = lake.load(write("id,name,city\n1,a,x\n2,b,y\n"), window=at(10), is_full=True)
    assert counts(result) == (1, 0, 1, 0, 0)
    assert lake.query(CURRENT) == [("1", "a"), ("2", "b")]


def test_row_marked_as_deleted_in_the_extract(lake, write):
    lake.load(write(START), window=at(9))
    extract = "id,name,city,is_deleted\n1,a,x,\n2,b,y,true\n3,c,z,false\n9,never seen,q,true\n"
    assert counts(lake.load(write(extract), window=at(10), is_full=True)) == (0, 1, 3, 0, 0)
    assert lake.query(CURRENT) == [("1", "a"), ("3", "c")]


def test_late_full_extract_is_compared_with_its_own_time(lake, write):
    lake.load(write(START), window=at(9))
    lake.load(write("id,name,city\n2,newer,y\n5,later,v\n"), window=at(11))
    result = lake.load(write("id,name,city\n1,A,x\n2,b,y\n"), window=at(10), is_full=True)
    assert counts(result) == (0, 1, 1, 1, 0)
    assert lake.query(CURRENT) == [("1", "A"), ("2", "newer"), ("5", "later")]


@pytest.mark.parametrize(
    ("late", "is_full"),
    [
        ("id,name,city,is_deleted\n1,LATE,x,\n2,b,y,true\n7,late,q,\n", False),
        ("id,name,city\n1,LATE,x\n7,late,q\n", True),
    ],
)
def test_late_batch_overrides_what_a_later_full_extract_found_unchanged_and_says_so(lake, write, late, is_full):
    lake.load(write(START), window=at(9))
    changed = "id,name,city\n1,a,x\n2,b,y\n3,C,z\n"
    assert counts(lake.load(write(changed), window=at(11), is_full=True, batch_id="full")) == (0, 1, 2, 0, 0)
    (warning,) = lake.load(write(late), window=at(10), is_full=is_full).warnings
    assert "full extract of window 2026-11-20T11:00:00 is loaded already" in warning
    assert "overrides it for stores that it did not name or found unchanged" in warning
    assert "load that extract again under another --batch-id" in warning
    assert lake.query(CURRENT) == [("1", "LATE"), ("3", "C"), ("7", "late")]
    assert counts(lake.load(write(changed), window=at(11), is_full=True, batch_id="again"))[3:] == (1, 0)
    assert lake.query(CURRENT) == [("1", "a"), ("2", "b"), ("3", "C")]


def test_full_extract_of_a_later_window_that_lands_meanwhile_is_warned_about(lake, write):
    other, path = lake.another(), write(START, "other.csv")
    lake.around_commits(before=lambda number: number == 1 and other.load(path, window=at(11), is_full=True))
    result = lake.load(write("id,name\n7,late\n"), window=at(10))
    assert result.attempt == 2
    assert "full extract of window 2026-11-20T11:00:00" in result.warnings[-1]


@pytest.mark.parametrize(
    "known",
    [
        "id,name,updated_at\n1,old,2026-11-20T09:30:00\n2,gone,2026-11-20T09:30:00\n",
        "id,name\n1,old\n2,gone\n",
        "id,name,is_deleted\n1,old,true\n2,gone,\n",
    ],
)
@pytest.mark.parametrize("extract", ["id,name\n1,new\n", "id,name,updated_at\n1,new,2026-11-20T09:00:00\n"])
def test_full_extract_wins_over_a_batch_of_its_own_window(lake, write, known, extract):
    lake.load(write(known), window=at(9), batch_id="z")
    lake.load(write(extract), window=at(9), batch_id="a", is_full=True)
    assert lake.query(CURRENT) == [("1", "new")]


@pytest.mark.parametrize("refused", ["2,\n", "2,b\n2,again\n"])
def test_store_whose_row_is_refused_is_not_deleted(lake, write, refused):
    lake.load(write("id,name\n1,a\n2,b\n3,c\n"), window=at(9))
    result = lake.load(write(f"id,name\n1,a\n{refused}"), window=at(10), is_full=True)
    assert result.rows_rejected == 1
    assert result.rows_read == result.rows_accepted + result.rows_rejected
    assert (result.full.deleted, result.full.withheld) == (1, 0)
    assert lake.query(CURRENT) == [("1", "a"), ("2", "b")]


@pytest.mark.parametrize("refused", [",nameless id\n", "2,b,too,many,fields\n"])
def test_nothing_is_deleted_while_a_refused_row_may_be_any_store(lake, write, refused):
    lake.load(write("id,name\n1,a\n2,b\n"), window=at(9))
    result = lake.load(write(f"id,name\n1,A\n{refused}"), window=at(10), is_full=True)
    assert counts(result) == (0, 1, 0, 0, 1)
    assert "were kept" in result.warnings[-1]
    assert lake.query(CURRENT) == [("1", "A"), ("2", "b")]


def test_full_extract_without_rows_is_refused(lake, write):
    lake.load(write(START), window=at(9))
    with pytest.raises(ExtractError, match="holds no row"):
        lake.load(write("id,name\n"), window=at(10), is_full=True)
    assert len(lake.query(CURRENT)) == 3


def test_delta_is_worked_out_again_after_a_conflict(lake, write):
    lake.load(write(START), window=at(9))
    other, path = lake.another(), write("id,name,city\n1,changed,x\n6,f,u\n", "other.csv")
    lake.around_commits(before=lambda number: number == 1 and other.load(path, window=at(9)))
    result = lake.load(write(START), window=at(10), is_full=True)
    assert result.attempt == 2
    assert counts(result) == (0, 1, 2, 1, 0)
    assert lake.query(CURRENT) == [("1", "a"), ("2", "b"), ("3", "c")]
    assert lake.data_files() == lake.live_files()
