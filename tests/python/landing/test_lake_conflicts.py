"""Commits that others overtake, and commits of which nobody knows whether they came through."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException
from sqlalchemy.exc import OperationalError

from store_matching.lake import LakeError
from store_matching.landing.commit_errors import CommitConflictError, CommitError, UnknownOutcomeError, exit_code

MINE = "id,name\n1,mine\n,refused\n"
OTHER = "id,name\n2,other\n"


def locked(number: int) -> None:
    raise OperationalError("update iceberg_tables", {}, Exception("database is locked"))


def unknown(number: int) -> None:
    raise CommitStateUnknownException("gateway timeout")


def only_first(action):
    return lambda number: action(number) if number == 1 else None


def test_stale_handle_is_refused_by_the_catalog(lake, write):
    lake.load(write(OTHER))
    fresh, stale = lake.lake.table("raw.gi_stores"), lake.lake.table("raw.gi_stores")
    for table in (fresh, stale):
        transaction = table.transaction()
        transaction.update_snapshot().fast_append().commit()
        if table is fresh:
            transaction.commit_transaction()
            continue
        with pytest.raises(CommitFailedException, match="branch main has changed"):
            transaction.commit_transaction()


@pytest.fixture
def overtaken(lake, write):
    """A lake in which another loader commits a batch just before our first try."""
    other, path = lake.another(), write(OTHER, "other.csv")
    lake.around_commits(before=only_first(lambda _: other.load(path, batch_id="other")))
    return lake


def test_conflict_is_tried_again_with_the_same_file(overtaken, write):
    said = []
    result = overtaken.load(write(MINE), batch_id="mine", notify=said.append)
    assert result.attempt == 2
    assert "CommitFailedException" in said[0]
    assert overtaken.stores() == [("1", "mine"), ("2", "other")]
    assert overtaken.batches("batch_id, attempt, rejected_count") == [("mine", 2, 1), ("other", 1, 0)]
    assert overtaken.data_files() == overtaken.live_files()
    assert len(overtaken.data_files()) == 2


def test_without_retries_the_conflict_is_shown_and_the_file_stays(overtaken, write):
    with pytest.raises(CommitConflictError) as raised:
        overtaken.load(write(MINE, "mine.csv"), batch_id="mine", retries=0)
    text = str(raised.value)
    assert "CommitFailedException" in text and "branch main" in text
    (left,) = set(overtaken.data_files()) - set(overtaken.live_files())
    assert left in text
    assert "--batch-id mine" in text and "mine.csv" in text
    assert overtaken.batches() == [("other",)]


def test_rejected_rows_of_a_failed_attempt_do_not_count(overtaken, write):
    with pytest.raises(CommitConflictError):
        overtaken.load(write(MINE), batch_id="mine", retries=0)
    assert len(overtaken.data_files("rejected_rows")) == 1
    assert overtaken.query("select * from raw.rejected_rows") == []
    overtaken.load(write(MINE), batch_id="mine")
    assert len(overtaken.data_files("rejected_rows")) == 2
    assert overtaken.query("select batch_id from raw.rejected_rows") == [("mine",)]


@pytest.mark.parametrize("failure", [locked, unknown])
def test_unknown_outcome_of_a_commit_that_landed_is_found(lake, write, failure):
    lake.around_commits(after=failure)
    result = lake.load(write(MINE), batch_id="mine")
    assert (result.attempt, result.already_loaded) == (1, False)
    assert (lake.stores(), lake.batches()) == ([("1", "mine")], [("mine",)])


@pytest.mark.parametrize("failure", [locked, unknown])
def test_unknown_outcome_of_a_commit_that_did_not_land_is_tried_again(lake, write, failure):
    lake.around_commits(before=only_first(failure))
    assert lake.load(write(MINE), batch_id="mine").attempt == 2
    assert (lake.stores(), lake.batches("attempt")) == ([("1", "mine")], [(2,)])
    assert len(lake.data_files()) == 1


def test_failure_that_stays_is_reported_as_not_landed(lake, write):
    lake.around_commits(before=locked)
    with pytest.raises(CommitError) as raised:
        lake.load(write(MINE), batch_id="mine")
    assert "database is locked" in str(raised.value)
    assert "nothing has landed" in str(raised.value)
    assert lake.data_files()[0] in str(raised.value)
    assert lake.another().batches() == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_outcome_that_cannot_be_looked_up_is_said_to_be_unknown(lake, write, monkeypatch, moment):
    def catalog_goes_away(number):
        monkeypatch.setattr(lake.lake.catalog, "load_table", lambda name: locked(number))
        unknown(number)

    lake.around_commits(**{moment: catalog_goes_away})
    with pytest.raises(UnknownOutcomeError) as raised:
        lake.load(write(MINE, "mine.csv"), batch_id="mine")
    text = str(raised.value)
    assert "unknown" in text and "gateway timeout" in text and "database is locked" in text
    assert "scripts/load_batch.py --source gi --window 2026-11-20T12:00:00 --batch-id mine" in text
    assert "safe" in text
    again = lake.another()
    assert again.load(write(MINE), batch_id="mine").already_loaded == (moment == "after")
    assert (again.stores(), again.batches()) == ([("1", "mine")], [("mine",)])


def test_same_batch_of_another_loader_lands_once(lake, write):
    other, path = lake.another(), write(MINE)
    lake.around_commits(before=only_first(lambda _: other.load(path, batch_id="mine")))
    assert lake.load(path, batch_id="mine").already_loaded
    assert (lake.stores(), lake.batches()) == ([("1", "mine")], [("mine",)])
    assert lake.data_files() == lake.live_files()
    assert lake.query("select count(*) from raw.rejected_rows") == [(1,)]


@pytest.mark.parametrize("failure", [None, unknown])
@pytest.mark.parametrize("options", [{}, {"window": datetime(2026, 11, 20, 13)}])
def test_another_batch_that_takes_the_id_meanwhile_is_an_error(lake, write, options, failure):
    other, path = lake.another(), write(MINE if options else OTHER, "other.csv")

    def overtake(number):
        other.load(path, batch_id="mine", **options)
        if failure is not None:
            failure(number)

    lake.around_commits(before=only_first(overtake))
    with pytest.raises(LakeError, match="GI has another batch under the id mine") as raised:
        lake.load(write(MINE), batch_id="mine")
    assert exit_code(raised.value) == 2
    assert lake.batches("batch_id, source_file") == [("mine", "other.csv")]
    assert lake.data_files() == lake.live_files()
    assert lake.query("select count(*) from raw.rejected_rows") == [(1 if options else 0,)]


def test_same_batch_by_many_loaders_at_once_lands_once(lake, write):
    path = write(MINE)
    loaders = [lake.another() for _ in range(4)]
    with ThreadPoolExecutor(len(loaders)) as pool:
        results = list(pool.map(lambda loader: loader.load(path, batch_id="mine"), loaders))
    assert sorted(result.already_loaded for result in results) == [False, True, True, True]
    assert (lake.stores(), lake.batches()) == ([("1", "mine")], [("mine",)])
    assert lake.data_files() == lake.live_files()
