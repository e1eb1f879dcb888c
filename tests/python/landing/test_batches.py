"""Batches: what is stamped on the rows, and what happens when a file comes twice."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from store_matching.landing import RowAccountingError
from store_matching.landing import load as load_module
from store_matching.landing.batch import Batch, now
from store_matching.landing.extract import Extract

FIRST = "id,name\n1,a\n,refused\n"
SECOND = "id,name\n1,b\n"


def test_rows_carry_batch_and_window(landing, write):
    window = datetime(2026, 11, 20, 12)
    result = landing.load(write(FIRST), batch_id="noon", window_start=window)
    assert landing.stores("batch_id, batch_window_start") == [("noon", window)]
    assert (result.batch.batch_id, result.batch.window_start) == ("noon", window)
    (loaded_at,) = landing.stores("loaded_at")[0]
    assert abs((loaded_at - now()).total_seconds()) < 60


def test_same_batch_id_twice_changes_nothing(landing, write):
    landing.load(write(FIRST), batch_id="noon")
    result = landing.load(write(SECOND), batch_id="noon")
    assert result.already_loaded
    assert (result.rows_read, landing.stores(), len(landing.rejected())) == (0, [("1", "a")], 1)


def test_batch_of_refused_rows_only_is_known_too(landing, write):
    landing.load(write("id,name\n,a\n"), batch_id="noon")
    assert landing.load(write("id,name\n,a\n"), batch_id="noon").already_loaded
    assert len(landing.rejected()) == 1


def test_batch_id_is_per_source(landing, write):
    landing.load(write(FIRST), "GI", batch_id="noon")
    assert not landing.load(write(FIRST), "TH", batch_id="noon").already_loaded
    assert landing.query("select store_id from raw.th_stores") == [("1",)]


def test_same_content_twice_without_batch_id_changes_nothing(landing, write):
    landing.load(write(FIRST))
    assert landing.load(write(FIRST, "copy.csv")).already_loaded
    assert len(landing.stores()) == 1


def test_content_that_comes_back_after_another_is_a_new_batch(landing, write):
    for content in (FIRST, SECOND, FIRST):
        assert not landing.load(write(content)).already_loaded
    newest = "select store_name from raw.gi_stores order by batch_window_start desc limit 1"
    assert landing.query(newest) == [("a",)]


def test_failure_while_landing_leaves_nothing(landing, write, monkeypatch):
    landing.load(write("id,name\n"))
    landing.connection.execute("alter table raw.ignored_values drop column action")
    with pytest.raises(duckdb.Error):
        landing.load(write("id,name,lat\n1,a,x\n,b,1\n"))
    assert landing.stores() == [] and landing.rejected() == []


def test_rows_that_do_not_add_up_are_refused(landing, write):
    landing.load(write(FIRST), batch_id="noon")
    extract = Extract(Path("stores.csv"), ["id", "name"], {"id": 0, "name": 1}, rows_counted=3)
    with pytest.raises(RowAccountingError, match="3 rows read, but 1 accepted and 1 rejected"):
        load_module._check_accounts(landing.connection, "GI", Batch("noon", now()), extract)


def test_settings_and_temporary_tables_of_the_connection_are_left_alone(landing, write):
    landing.connection.execute("set TimeZone = 'Asia/Tokyo'")
    landing.load(write(FIRST))
    assert landing.query("select current_setting('TimeZone')") == [("Asia/Tokyo",)]
    assert landing.query("select count(*) from duckdb_tables() where temporary") == [(0,)]
    assert landing.query("select count(*) from duckdb_views() where temporary and not internal") == [(0,)]
