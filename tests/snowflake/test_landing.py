"""The loader into Snowflake's RAW lands what the lake's loader lands, once, whole or not at all."""

import contextlib
from datetime import datetime, timedelta

import duckdb
import pytest
from snowflake.connector.errors import Error

from store_matching.errors import LakeError
from store_matching.lake import open_lake
from store_matching.landing import load_batch, snowflake_load
from store_matching.landing.commit_errors import CommitConflictError, CommitError, UnknownOutcomeError, exit_code
from store_matching.landing.raw_views import create_raw_views
from store_matching.landing.snowflake_load import load_batch_into_snowflake
from store_matching.operations.snowflake_session import SnowflakeSession, StatementError
from tests.snowflake.emulated_tables import PASSWORD, emulated_tables

NOON = datetime(2026, 11, 20, 12)
ONE = NOON + timedelta(hours=1)
# Quotes, a backslash, a line break, other scripts, a date, bad values, a row without name, one without id, a duplicate.
FIRST = """id,name,address,city,lat,lon,updated_at,is_deleted
1,"O'Neill \\ ""Sons"" Ltd","1 High St
2nd floor",Αθήνα,37.98,23.73,2026-11-20T10:00:00.000123,false
2,Пекарна,,Sofia,x,23.3,,
3,,nowhere,Rome,1,2,,
,No id,nowhere,Rome,1,2,,
4,Closed,a,b,1.5,2.5,2026-11-20T09:00:00,true
2,Twice,,Sofia,,,,
"""
SECOND = """id,name,address,city,lat,lon,updated_at,is_deleted
1,"O'Neill \\ ""Sons"" Ltd","1 High St
2nd floor",Αθήνα,37.98,23.73,2026-11-20T12:00:00,false
5,New,,Sofia,,,,
"""
TABLES = ("gi_stores", "rejected_rows", "ignored_values", "batches")
# Of each try or place its own.
LEFT_OUT = ("loaded_at", "load_id", "committed_at", "snapshot_id")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with emulated_tables(tmp_path_factory.mktemp("landing")) as tables:
        yield tables


@pytest.fixture
def raw(served):
    """The tables, empty."""
    served.empty()
    return served


@pytest.fixture
def write(tmp_path):
    """Function that writes an extract and returns its path."""

    def write_file(text, name="gi.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write_file


class Interrupted(SnowflakeSession):
    """A session in which `at` is called before (`is_after`: after) each statement that begins with `words`."""

    def __init__(self, settings, words, at, *, is_after=False):
        super().__init__(settings, "a_test")
        self.words, self.at, self.is_after = words, at, is_after

    def run(self, statement, values=()):
        is_it = statement.startswith(self.words)
        if is_it and not self.is_after:
            self.at()
        rows = super().run(statement, values)
        if is_it and self.is_after:
            self.at()
        return rows


def failing(times, *, is_refused):
    """Return a function that raises as Snowflake would, so many times."""
    left = iter(range(times))

    def fail():
        if next(left, None) is not None:
            raise StatementError("the answer is lost", is_refused=is_refused)

    return fail


def contents(raw):
    """Return the rows of all tables, without what each place has of its own."""
    return {table: sorted(compared(raw.session.run(f"select * from RAW.{table}")), key=repr) for table in TABLES}


def compared(rows):
    """Return rows as tuples, times as texts; the emulator gives a missing time as the beginning of 1970."""
    return [
        tuple(
            None if value == datetime(1970, 1, 1) else str(value) if isinstance(value, datetime) else value
            for name, value in row.items()
            if name not in LEFT_OUT
        )
        for row in rows
    ]


def lake_contents(lake):
    """Return the same of the lake."""
    found = {}
    with duckdb.connect() as connection:
        create_raw_views(connection, lake)
        for table in TABLES:
            cursor = connection.execute(f"select * from RAW.{table}")
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            found[table] = sorted(compared(rows), key=repr)
    return found


def count(raw, table):
    return raw.rows(f"select count(*) from RAW.{table}")[0][0]


def test_the_same_rows_land_as_in_the_lake_first_and_of_a_full_extract(raw, write, tmp_path):
    lake = open_lake(tmp_path / "lake")
    for text, window, is_full in ((FIRST, NOON, False), (SECOND, ONE, True)):
        file = write(text)
        by_lake = load_batch(lake, "GI", file, window, is_full=is_full)
        by_snowflake = load_batch_into_snowflake(raw.session, "GI", file, window, is_full=is_full)
        for name in ("rows_read", "rows_accepted", "rows_rejected", "rejections", "ignored", "full", "batch"):
            assert getattr(by_snowflake, name) == getattr(by_lake, name), name
        assert by_snowflake.rows_read == by_snowflake.rows_accepted + by_snowflake.rows_rejected
    assert contents(raw) == lake_contents(lake)
    # Of the second only what differs: a new store and the one that it does not name; 4 was closed already.
    assert (by_snowflake.full.new, by_snowflake.full.unchanged, by_snowflake.full.deleted) == (1, 1, 1)
    landed = raw.rows("select store_id, is_deleted from RAW.gi_stores where batch_id like '%-full' order by store_id")
    assert landed == [("2", True), ("5", None)]
    assert raw.rows("select count(*) from RAW.gi_stores where updated_at is null") == [(3,)]
    assert raw.rows("select row_count + rejected_count, kind from RAW.batches order by batch_window_start") == [
        (6, "delta"),
        (2, "full"),
    ]


def test_twice_is_once_and_another_content_is_an_error(raw, write):
    file = write(FIRST)
    load_batch_into_snowflake(raw.session, "GI", file, NOON, batch_id="noon")
    before = contents(raw)
    again = load_batch_into_snowflake(raw.session, "GI", file, NOON, batch_id="noon")
    assert (again.already_loaded, again.rows_read) == (True, 0)
    with pytest.raises(LakeError, match=r"another batch under the id noon[\s\S]*content differs[\s\S]*what to do"):
        load_batch_into_snowflake(raw.session, "GI", write(SECOND, "other.csv"), NOON, batch_id="noon")
    with pytest.raises(LakeError, match="this file is for 2026-11-20T13:00:00"):
        load_batch_into_snowflake(raw.session, "GI", file, ONE, batch_id="noon")
    assert contents(raw) == before
    # An id is of its source.
    assert not load_batch_into_snowflake(raw.session, "TH", file, NOON, batch_id="noon").already_loaded


def test_a_lost_answer_to_commit_is_looked_up(raw, write):
    with Interrupted(raw.settings, "commit", failing(1, is_refused=False), is_after=True) as session:
        result = load_batch_into_snowflake(session, "GI", write(FIRST), NOON)
    assert (result.already_loaded, result.attempt, result.rows_accepted) == (False, 1, 3)
    assert (count(raw, "gi_stores"), count(raw, "batches")) == (3, 1)


def test_a_commit_that_never_arrived_is_tried_again(raw, write):
    said = []
    with Interrupted(raw.settings, "commit", failing(1, is_refused=False)) as session:
        result = load_batch_into_snowflake(session, "GI", write(FIRST), NOON, notify=said.append)
    assert (result.attempt, len(said)) == (2, 1)
    assert (count(raw, "gi_stores"), count(raw, "rejected_rows"), count(raw, "batches")) == (3, 3, 1)


def test_a_connection_that_ends_half_way_is_made_anew(raw, write):
    def end_once():
        session.words = "nothing else"
        connection = session._connection
        with contextlib.suppress(Error):
            connection.rest.delete_session()
        connection._rest = None

    with Interrupted(raw.settings, "copy into RAW.gi_stores", end_once, is_after=True) as session:
        result = load_batch_into_snowflake(session, "GI", write(FIRST), NOON)
    assert (result.already_loaded, result.attempt) == (False, 2)
    assert (count(raw, "gi_stores"), count(raw, "rejected_rows"), count(raw, "batches")) == (3, 3, 1)


def test_where_it_cannot_be_looked_up_the_outcome_is_unknown(raw, write):
    def lose_everything():
        session.words = "select source_system"
        raise StatementError("the answer is lost", is_refused=False)

    with (
        Interrupted(raw.settings, "commit", lose_everything, is_after=True) as session,
        pytest.raises(UnknownOutcomeError, match=r"--target snowflake --source gi .*\n.*that is safe"),
    ):
        load_batch_into_snowflake(session, "GI", write(FIRST), NOON)
    assert load_batch_into_snowflake(raw.session, "GI", write(FIRST), NOON).already_loaded


@pytest.mark.parametrize("words", ["merge into RAW.batches", "copy into RAW.gi_stores", "copy into RAW.ignored_values"])
def test_a_failure_half_way_leaves_nothing(raw, write, words):
    at = failing(1, is_refused=True)
    with (
        Interrupted(raw.settings, words, at, is_after=True) as session,
        pytest.raises(CommitError, match="nothing has landed; run again"),
    ):
        load_batch_into_snowflake(session, "GI", write(FIRST), NOON)
    assert [count(raw, table) for table in TABLES] == [0, 0, 0, 0]
    assert not load_batch_into_snowflake(raw.session, "GI", write(FIRST), NOON).already_loaded


@pytest.fixture
def overtaken(raw, write, monkeypatch):
    """Let another batch of GI land before the rows of the next load are uploaded; a function that sees to it."""
    put_rows, tries = snowflake_load.put_rows, []

    def put_after_another(*arguments):
        tries.append(arguments)
        if len(tries) == 1:
            other = write("id,name\n6,Meanwhile\n", "other.csv")
            # This load uploads its rows by the same function, as a second try.
            load_batch_into_snowflake(raw.session, "GI", other, NOON, batch_id="other")
        put_rows(*arguments)

    return lambda: monkeypatch.setattr(snowflake_load, "put_rows", put_after_another)


def test_a_full_extract_is_worked_out_again_after_another_batch(raw, write, overtaken, monkeypatch):
    load_batch_into_snowflake(raw.session, "GI", write(FIRST), NOON)
    put_rows = snowflake_load.put_rows
    overtaken()
    with SnowflakeSession(raw.settings, "a_test") as session:
        result = load_batch_into_snowflake(session, "GI", write(SECOND), ONE, is_full=True)
    assert (result.attempt, result.full.deleted) == (2, 2)
    with SnowflakeSession(raw.settings, "a_test") as session, pytest.raises(CommitConflictError, match="nothing has"):
        monkeypatch.setattr(snowflake_load, "put_rows", lambda *all_: (put_rows(*all_), _land_more(raw)))
        load_batch_into_snowflake(session, "GI", write(FIRST), ONE, is_full=True, retries=0, batch_id="late")


def test_a_lost_rollback_leaves_no_transaction_to_go_on_in(raw, write, overtaken):
    overtaken()
    with Interrupted(raw.settings, "rollback", failing(1, is_refused=False)) as session:
        result = load_batch_into_snowflake(session, "GI", write(FIRST), ONE, is_full=True)
    assert (result.already_loaded, result.attempt) == (False, 2)
    assert (count(raw, "batches"), result.rows_accepted) == (2, 3)
    # One of the other batch, two of the file: its third store is closed and was never there.
    assert count(raw, "gi_stores") == 3


def test_a_transaction_that_snowflake_ended_is_told_and_nothing_is_loaded_again(raw, write):
    with (
        Interrupted(
            raw.settings, "select batch_id, load_id", lambda: session.run("rollback"), is_after=True
        ) as session,
        pytest.raises(UnknownOutcomeError, match=r"(?s)has no row of the batch.*delete from RAW\.gi_stores"),
    ):
        load_batch_into_snowflake(session, "GI", write(FIRST), NOON)
    assert count(raw, "batches") == 0


def test_two_rows_of_a_batch_are_an_error(raw, write):
    load_batch_into_snowflake(raw.session, "GI", write(FIRST), NOON, batch_id="noon")
    raw.session.run("insert into RAW.batches (source_system, batch_id, load_id) values ('GI', 'noon', 'x')")
    with pytest.raises(LakeError, match=r"has 2 rows of batch noon"):
        load_batch_into_snowflake(raw.session, "GI", write(FIRST), NOON, batch_id="noon")


def _land_more(raw):
    raw.session.run("insert into RAW.batches (source_system, batch_id, load_id) values ('GI', uuid_string(), 'x')")


def test_an_open_request_for_the_window_is_fulfilled(raw, write):
    raw.session.run(
        """insert into OPS.reload_requests (request_id, source_system, batch_window_start, request_status, requested_at)
            values ('a', 'GI', '2026-11-20 12:00:00'::timestamp_ntz, 'open', sysdate())"""
    )
    load_batch_into_snowflake(raw.session, "GI", write(FIRST), NOON, batch_id="noon")
    assert raw.rows("select request_status, fulfilled_batch_id from OPS.reload_requests") == [("fulfilled", "noon")]


def test_the_script_says_what_it_did(raw, write):
    done = raw.script("load_batch.py", "--source", "gi", "--window", "2026-11-20T12:00", write(FIRST))
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 rows read, 3 accepted, 3 rejected" in done.stdout
    assert PASSWORD not in done.stdout


def test_no_message_has_the_password(raw, write):
    with pytest.raises(StatementError, match=r"\*\*\*") as refused:
        raw.session.run(f'select "{PASSWORD}" from RAW.batches')
    assert PASSWORD not in str(refused.value)
    with (
        SnowflakeSession(raw.settings | {"database": PASSWORD}, "a_test") as session,
        pytest.raises(LakeError) as nowhere,
    ):
        load_batch_into_snowflake(session, "GI", write(FIRST), NOON)
    assert PASSWORD not in str(nowhere.value)
    raw.session.run("alter table RAW.rejected_rows rename to RAW.refused_rows")
    try:
        with pytest.raises(CommitError, match=r"(?i)rejected_rows") as missing:
            load_batch_into_snowflake(raw.session, "GI", write(FIRST), NOON)
    finally:
        raw.session.run("alter table RAW.refused_rows rename to RAW.rejected_rows")
    assert PASSWORD not in str(missing.value)
    assert exit_code(missing.value) == 2


def test_every_statement_is_read_by_snowflakes_grammar(raw, write, tmp_path):
    def work():
        load_batch_into_snowflake(raw.session, "GI", write(FIRST), NOON)
        load_batch_into_snowflake(raw.session, "GI", write(SECOND), ONE, is_full=True)

    assert raw.unread_statements(tmp_path, work) == []
