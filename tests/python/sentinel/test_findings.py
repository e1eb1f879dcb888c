"""OPS.sentinel_findings: one row per file or window, from first sight to resolution."""

import sqlite3
from datetime import datetime, timedelta

import pytest

from store_matching.ops.store import OpsStore
from store_matching.sentinel.findings import first_seen, keep_findings, record_action
from store_matching.sentinel.types import Finding, FindingClass

FIRST = datetime(2026, 11, 20, 12)
SECOND = FIRST + timedelta(minutes=15)
YOUNG = Finding("raw.t", FindingClass.IN_FLIGHT, file_path="/a.parquet", table_uuid="u")
LOST = Finding("raw.t", FindingClass.LOST_BATCH, file_path="/a.parquet", table_uuid="u", confirmed_at=SECOND)


@pytest.fixture
def ops(local):
    """OPS of a lake."""
    return local.lake.ops


def row(ops):
    """The only row."""
    (found,) = ops.rows("select * from sentinel_findings")
    return found


def test_a_file_keeps_its_row_from_in_flight_to_lost(ops):
    keep_findings(ops, [YOUNG], ["raw.t"], FIRST)
    assert first_seen(ops) == {"/a.parquet": FIRST}
    (kept,) = keep_findings(ops, [LOST], ["raw.t"], SECOND)
    assert (kept.first_seen_at, kept.confirmed_at) == (FIRST, SECOND)
    assert row(ops)["finding_class"] == "lost_batch"


def test_what_is_found_no_more_is_resolved_and_what_comes_back_is_open_again(ops):
    keep_findings(ops, [LOST], ["raw.t"], SECOND)
    keep_findings(ops, [], ["raw.t"], SECOND + timedelta(minutes=15))
    assert row(ops)["resolution"] == "as it should be again"
    assert first_seen(ops) == {}
    keep_findings(ops, [LOST], ["raw.t"], SECOND + timedelta(minutes=30))
    assert row(ops)["resolved_at"] is None
    assert row(ops)["first_seen_at"].startswith("2026-11-20 12:15")


def test_the_class_is_seen_since_it_changed_or_came_back(ops):
    keep_findings(ops, [YOUNG], ["raw.t"], FIRST)
    (kept,) = keep_findings(ops, [LOST], ["raw.t"], SECOND)
    assert (kept.first_seen_at, kept.class_seen_at) == (FIRST, SECOND)
    third = SECOND + timedelta(minutes=15)
    (kept,) = keep_findings(ops, [LOST], ["raw.t"], third)
    assert kept.class_seen_at == SECOND
    keep_findings(ops, [], ["raw.t"], third)
    (kept,) = keep_findings(ops, [LOST], ["raw.t"], third)
    assert kept.class_seen_at == third


def test_findings_of_a_table_that_was_not_scanned_stay_open(ops):
    keep_findings(ops, [LOST], ["raw.t"], SECOND)
    keep_findings(ops, [], ["raw.other"], SECOND)
    assert row(ops)["resolved_at"] is None


def test_an_action_is_recorded_also_where_no_scan_was_kept(ops):
    record_action(ops, LOST, "recovered: by hand", SECOND)
    assert (row(ops)["action_taken"], row(ops)["resolution"]) == ("recovered: by hand", "recovered: by hand")
    assert row(ops)["action_taken_by"]


def test_an_ops_file_of_an_older_version_gains_the_columns(tmp_path):
    path = tmp_path / "ops.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            """create table sentinel_findings (
                   finding_id varchar not null primary key, table_name varchar not null, finding_class varchar not null,
                   file_path varchar, batch_id varchar, batch_window_start timestamp, severity varchar,
                   evidence varchar, recommended_action varchar, first_seen_at timestamp not null,
                   confirmed_at timestamp, resolved_at timestamp, resolution varchar)"""
        )
        connection.execute(
            "insert into sentinel_findings (finding_id, table_name, finding_class, first_seen_at) "
            "values ('old', 'raw.t', 'gap', '2026-11-01 00:00:00.000000')"
        )
    store = OpsStore(path)
    keep_findings(store, [LOST], ["raw.other"], SECOND)
    rows = store.rows("select finding_id, cause, alerted_as from sentinel_findings order by first_seen_at")
    assert rows[0] == {"finding_id": "old", "cause": None, "alerted_as": None}
    assert len(rows) == 2
