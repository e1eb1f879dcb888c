"""Batches in the lake: what is stamped, what comes twice, what is refused."""

from datetime import datetime

import pytest

from store_matching.lake import LakeError
from store_matching.landing import HeaderMapping, RowAccountingError, batch_checks
from store_matching.landing import commit_batch as commit_module
from store_matching.landing.batch import content_digest
from store_matching.landing.describe import describe_load

FIRST = "id,name,lat\n1,a,x\n,refused,\n2,b,\n"
OTHER = "id,name\n1,z\n"
NOON = datetime(2026, 11, 20, 12)
ONE = datetime(2026, 11, 20, 13)


def test_rows_and_stamps(lake, write):
    result = lake.load(write(FIRST, "gi.csv"), batch_id="noon")
    assert (result.rows_read, result.rows_accepted, result.rows_rejected) == (3, 2, 1)
    assert lake.stores("store_id, batch_id, batch_window_start") == [("1", "noon", NOON), ("2", "noon", NOON)]
    stamps = lake.summary()
    load_id = stamps.pop("load-id")
    assert stamps.pop("content-digest") == content_digest(write(FIRST, "gi.csv"), HeaderMapping(), None)
    assert stamps == {
        "batch-id": "noon",
        "source-system": "GI",
        "window-start": "2026-11-20T12:00:00",
        "source-file": "gi.csv",
        "rows-read": "3",
        "rows": "2",
        "rows-rejected": "1",
        "attempt": "1",
        "kind": "delta",
    }
    assert lake.batches("source_system, batch_id, batch_window_start, row_count, rejected_count, attempt, load_id") == [
        ("GI", "noon", NOON, 2, 1, 1, load_id)
    ]


def test_rejected_rows_and_ignored_values_come_with_their_batch(lake, write):
    lake.load(write(FIRST, "gi.csv"), batch_id="noon")
    assert lake.query("select source_system, batch_id, source_file, row_number, reason from raw.rejected_rows") == [
        ("GI", "noon", "gi.csv", 2, "id is missing")
    ]
    assert lake.query("select batch_id, row_number, column_name, value, action from raw.ignored_values") == [
        ("noon", 1, "lat", "x", "set to missing")
    ]


def test_same_file_for_the_same_window_twice_changes_nothing_and_says_so(lake, write):
    lake.load(write(FIRST))
    again = lake.another().load(write(FIRST, "copy.csv"))
    assert again.already_loaded
    assert "nothing changed" in describe_load(again)
    assert (len(lake.stores()), len(lake.batches()), len(lake.data_files())) == (2, 1, 1)


def test_same_file_for_another_window_is_another_batch(lake, write):
    lake.load(write(FIRST))
    assert not lake.load(write(FIRST), window=datetime(2026, 11, 20, 13)).other_batches
    assert len(lake.batches()) == 2


def test_other_content_for_the_same_window_is_a_new_batch_that_says_so(lake, write):
    first = lake.load(write(FIRST))
    second = lake.load(write(OTHER))
    assert second.other_batches == (first.batch.batch_id,)
    assert "a window that already has 1" in describe_load(second)
    assert len(lake.batches()) == 2


def test_other_mapping_of_the_same_file_is_a_new_batch(lake, write):
    path = write("id,name,label\n1,a,b\n")
    lake.load(path)
    assert not lake.load(path, mapping=HeaderMapping({"name": "label"})).already_loaded


def test_batch_id_is_per_source(lake, write):
    lake.load(write(OTHER), batch_id="noon")
    assert not lake.load(write(OTHER), "TH", batch_id="noon").already_loaded
    assert lake.query("select store_id from raw.th_stores") == [("1",)]


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (OTHER, {}, ["the same window, 2026-11-20T12:00:00", "content differs"]),
        (FIRST, {"encoding": "utf-8"}, ["content differs", "--encoding"]),
        (FIRST, {"window": ONE}, ["window 2026-11-20T12:00:00, this file is for 2026-11-20T13:00:00"]),
        (OTHER, {"window": ONE}, ["window 2026-11-20T12:00:00, this file is for 2026-11-20T13", "content differs"]),
        (FIRST, {"is_full": True}, ["as delta, this file is loaded as full"]),
    ],
)
def test_another_batch_under_an_explicit_id_is_an_error(lake, write, content, options, words):
    lake.load(write(FIRST, "gi.csv"), batch_id="noon")
    with pytest.raises(LakeError) as raised:
        lake.load(write(content, "other.csv"), batch_id="noon", **options)
    text = str(raised.value)
    assert all(word in text for word in [*words, "GI", "id noon", "gi.csv", "other.csv", "another --batch-id"]), text
    assert [word in text for word in ("content differs", "for 2026", "loaded as")] == [
        any(part in word for word in words) for part in ("content differs", "for 2026", "loaded as")
    ]
    assert (len(lake.stores()), len(lake.batches())) == (2, 1)
    assert lake.load(write(FIRST, "copy.csv"), batch_id="noon").already_loaded


@pytest.mark.parametrize(
    ("missing", "content", "options"),
    [
        ({"content-digest"}, OTHER, {}),
        ({"content-digest", "window-start", "kind"}, OTHER, {"window": ONE, "is_full": True}),
    ],
)
def test_what_an_older_snapshot_does_not_say_counts_as_equal(lake, write, monkeypatch, missing, content, options):
    real = commit_module.stamps
    monkeypatch.setattr(
        commit_module, "stamps", lambda values: real({k: v for k, v in values.items() if k not in missing})
    )
    lake.load(write(FIRST), batch_id="noon")
    assert missing.isdisjoint(lake.summary())
    assert lake.load(write(content), batch_id="noon", **options).already_loaded


def test_window_of_an_older_snapshot_is_compared(lake, write, monkeypatch):
    real = commit_module.stamps
    monkeypatch.setattr(
        commit_module, "stamps", lambda values: real({k: v for k, v in values.items() if k != "content-digest"})
    )
    lake.load(write(FIRST), batch_id="noon")
    with pytest.raises(LakeError, match="this file is for 2026-11-20T13:00:00"):
        lake.load(write(FIRST), window=ONE, batch_id="noon")


@pytest.mark.parametrize(("content", "rejected"), [("id,name\n", 0), ("id,name\n,a\n,b\n", 2)])
def test_batch_without_an_accepted_row_is_known_too(lake, write, content, rejected):
    result = lake.load(write(content), batch_id="noon")
    assert (result.rows_accepted, result.rows_rejected) == (0, rejected)
    assert lake.batches("batch_id, row_count, rejected_count") == [("noon", 0, rejected)]
    assert lake.load(write(content), batch_id="noon").already_loaded
    assert (lake.stores(), lake.data_files()) == ([], [])


def test_every_type_of_column_comes_back(lake, write):
    header = "id,name,lat,lon,updated_at,is_deleted,country"
    lake.load(write(f"{header}\n1,é,48.5,2.25,2026-11-20T10:00:00+02:00,true,FR\n"))
    columns = "store_name, latitude, longitude, updated_at, is_deleted, country_code, phone"
    assert lake.stores(columns) == [("é", 48.5, 2.25, datetime(2026, 11, 20, 8), True, "FR", None)]


def test_rows_that_do_not_add_up_are_not_committed(lake, write, monkeypatch):
    real = batch_checks.extract_counts

    def wrong_counts(connection, extract):
        return real(connection, extract) | {"rows_rejected": 0}

    monkeypatch.setattr(batch_checks, "extract_counts", wrong_counts)
    with pytest.raises(RowAccountingError, match="3 rows read, but 2 accepted and 0 rejected"):
        lake.load(write(FIRST))
    assert (lake.batches(), lake.query("select * from raw.rejected_rows")) == ([], [])
