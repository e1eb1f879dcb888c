"""RAW as views over the lake: pinned, typed also when empty, in place of tables of the same name."""

import duckdb
import pytest

from store_matching.lake import LakeError, load_extensions
from store_matching.landing.landing_tables import create_landing_tables
from store_matching.landing.raw_views import RawSnapshot, create_raw_views, raw_snapshots, raw_view_statements

TABLES = ("gi_stores", "th_stores", "rejected_rows", "ignored_values", "batches")
FIRST = "id,name\n1,a\n,refused\n"
SECOND = "id,name\n2,b\n,refused\n"


def columns(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, list[tuple]]:
    return {table: [row[:2] for row in connection.execute(f"describe {schema}.{table}").fetchall()] for table in TABLES}


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        yield opened


@pytest.mark.parametrize("is_loaded", [False, True])
def test_columns_are_those_of_the_tables(lake, write, connection, is_loaded):
    if is_loaded:
        lake.load(write(FIRST))
        lake.load(write(FIRST), "TH")
    create_landing_tables(connection)
    expected = columns(connection, "raw")
    create_raw_views(connection, lake.lake, schema="lake_raw")
    assert columns(connection, "lake_raw") == expected
    assert connection.execute("select count(*) from lake_raw.th_stores").fetchone() == (int(is_loaded),)


def test_snapshots_of_a_new_lake(lake):
    found = raw_snapshots(lake.lake)
    assert list(found) == list(TABLES[:4])
    assert all(pin == RawSnapshot(name, None, pin.metadata_location) for name, pin in found.items())
    assert found["gi_stores"].metadata_location.endswith(".metadata.json")


def test_views_are_pinned_until_they_are_made_again(lake, write, connection):
    lake.load(write(FIRST))
    create_raw_views(connection, lake.lake)
    lake.load(write(SECOND))
    assert connection.execute("select store_id from raw.gi_stores").fetchall() == [("1",)]
    assert connection.execute("select count(*) from raw.rejected_rows").fetchone() == (1,)
    create_raw_views(connection, lake.lake)
    assert connection.execute("select store_id from raw.gi_stores order by 1").fetchall() == [("1",), ("2",)]
    assert connection.execute("select count(*) from raw.rejected_rows").fetchone() == (2,)


@pytest.mark.parametrize("is_bare_id", [False, True])
def test_older_snapshots_are_read_from_the_current_metadata(lake, write, connection, is_bare_id):
    lake.load(write(FIRST), batch_id="first")
    old = raw_snapshots(lake.lake)
    lake.load(write(SECOND), batch_id="second")
    chosen = {name: pin.snapshot_id for name, pin in old.items()} if is_bare_id else old
    # Refused rows as of now: those of later batches must not show either.
    chosen["rejected_rows"] = raw_snapshots(lake.lake)["rejected_rows"]
    create_raw_views(connection, lake.lake, chosen)
    assert connection.execute("select store_id from raw.gi_stores").fetchall() == [("1",)]
    assert connection.execute("select batch_id from raw.batches").fetchall() == [("first",)]
    assert connection.execute("select batch_id from raw.rejected_rows").fetchall() == [("first",)]


def test_only_the_named_tables_get_a_view(lake, write, connection):
    lake.load(write(FIRST))
    pins = raw_snapshots(lake.lake)
    create_raw_views(connection, lake.lake, {"gi_stores": pins["gi_stores"], "th_stores": None}, "released")
    found = connection.execute("select table_name from information_schema.tables where table_schema = 'released'")
    assert sorted(found.fetchall()) == [("gi_stores",), ("th_stores",)]
    assert connection.execute("select count(*) from released.gi_stores").fetchone() == (1,)


def test_unknown_snapshot_is_an_error(lake):
    with pytest.raises(LakeError, match=r"raw.gi_stores has no snapshot 17"):
        raw_view_statements(lake.lake, {"gi_stores": 17})


def test_tables_and_views_of_the_same_names_are_replaced(lake, write, connection):
    lake.load(write(FIRST))
    create_landing_tables(connection)
    connection.execute("drop table raw.batches; create view raw.batches as select 1 as one")
    for _ in range(2):
        create_raw_views(connection, lake.lake)
        assert connection.execute("select store_id from raw.gi_stores").fetchall() == [("1",)]
        assert connection.execute("select row_count from raw.batches").fetchall() == [(1,)]


def test_statements_alone_make_the_views_of_an_empty_schema(lake, write, connection):
    lake.load(write(FIRST), batch_id="it's noon")
    load_extensions(connection)
    for statement in raw_view_statements(lake.lake, raw_snapshots(lake.lake)):
        connection.execute(statement)
    assert connection.execute("select batch_id from raw.batches").fetchall() == [("it's noon",)]


def test_batches_of_a_commit_that_main_has_left_are_not_there(lake, write):
    lake.load(write(FIRST), batch_id="first")
    first = lake.lake.table("raw.gi_stores").metadata.current_snapshot_id
    lake.load(write(SECOND), batch_id="second")
    lake.lake.table("raw.gi_stores").manage_snapshots().set_current_snapshot(first).commit()
    assert (lake.batches(), lake.stores("store_id")) == ([("first",)], [("1",)])
    assert len(lake.query("select * from raw.rejected_rows")) == 1
    assert not lake.load(write(SECOND), batch_id="second").already_loaded
    assert lake.batches() == [("first",), ("second",)]
