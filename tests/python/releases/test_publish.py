"""Publishing: all or nothing, only what changed, and MART moves in one step."""

import threading

import pytest

from store_matching.lake import LakeError, open_release
from store_matching.ops import registry
from store_matching.releases import file_ranges
from store_matching.releases.publisher_lock import publisher_lock
from store_matching.releases.types import CandidateTest, MartView


def test_first_release_shows_the_tables(publisher):
    publication = publisher.publish()
    assert (publication.release_id, publication.base_release_id) == (1, None)
    assert len(publisher.mart()) == 100
    release = registry.release(publisher.lake.ops, 1)
    assert (release["release_status"], release["golden_stores"]) == ("active", 100)
    with open_release(publisher.lake.settings.root) as reader:
        assert reader.rows("select count(*) from mart.stores") == [(100,)]
        assert reader.arrow("gold.store_crosswalk").num_rows == 100


def test_unchanged_rows_make_no_release(publisher):
    publisher.publish()
    publication = publisher.publish()
    assert publication.release_id is None
    assert publication.reason == "no row differs from release 1"
    assert [row["release_id"] for row in publisher.lake.ops.rows("select * from releases")] == [1]


def test_change_in_one_place_rewrites_one_file_per_table(publisher, monkeypatch):
    monkeypatch.setattr(file_ranges, "TARGET_ROWS", 100)
    monkeypatch.setattr(file_ranges, "LARGEST_ROWS", 200)
    publisher.fill(2000)
    first = publisher.publish()
    assert {table.table_name: table.files_written for table in first.tables}["gold.stores"] == 20
    publisher.change("update GOLD.stores set store_name = 'new' where place_key between 40 and 41")
    second = publisher.publish()
    written = {table.table_name: table.files_written for table in second.tables}
    assert written == {"gold.stores": 1, "gold.store_crosswalk": 0, "diagnostics.score_bands": 0}
    assert sum(name == "new" for _, name in publisher.mart()) == 20
    assert len(publisher.mart()) == 2000


def test_rows_added_and_removed_are_published(publisher, monkeypatch):
    monkeypatch.setattr(file_ranges, "TARGET_ROWS", 10)
    monkeypatch.setattr(file_ranges, "LARGEST_ROWS", 20)
    publisher.publish()
    publisher.change("delete from GOLD.stores where place_key < 3 or place_key = 7")
    publisher.change(
        """insert into GOLD.stores by name
           select 'GS-n' || i as gold_store_id, 'n' || i as gi_store_id, 'new' as store_name, null as place_key
           from range(15) as numbers(i)"""
    )
    expected = publisher.connection.execute("select gold_store_id, store_name from GOLD.stores order by all").fetchall()
    publisher.publish()
    assert publisher.mart() == expected
    with open_release(publisher.lake.settings.root) as reader:
        assert reader.rows("select gold_store_id, store_name from gold.stores order by all") == expected


def test_every_table_can_become_empty(publisher):
    publisher.publish()
    publisher.change("delete from GOLD.stores")
    publisher.publish()
    assert publisher.mart() == []
    publisher.fill(5)
    publisher.publish()
    assert len(publisher.mart()) == 5


def test_failing_test_of_the_candidate_leaves_mart_alone(publisher):
    publisher.publish()
    before = publisher.mart()
    publisher.change("insert into GOLD.stores select * from GOLD.stores limit 1")
    with pytest.raises(LakeError, match="unique_mart_stores found 1 failures in the candidate; MART was not moved"):
        publisher.publish()
    assert publisher.mart() == before
    assert registry.active_release(publisher.lake.ops)["release_id"] == 1
    assert registry.release(publisher.lake.ops, 2)["release_status"] == "abandoned"


def test_test_that_cannot_run_publishes_nothing(publisher):
    with pytest.raises(LakeError, match="test broken cannot be run on the candidate"):
        publisher.publish((CandidateTest("broken", 'select no_such_column from "db"."MART"."stores"'),))
    assert registry.active_release(publisher.lake.ops)["release_id"] is None


def test_column_can_be_added_and_dropped(publisher):
    publisher.publish()
    publisher.change("alter table GOLD.stores add column phone varchar default '1'")
    publisher.publish()
    publisher.change("alter table GOLD.stores drop column match_status")
    publisher.publish()
    with open_release(publisher.lake.settings.root) as reader:
        columns = reader.arrow("gold.stores").column_names
    assert columns == ["gold_store_id", "gi_store_id", "th_store_id", "store_name", "place_key", "phone"]
    with open_release(publisher.lake.settings.root, 1) as reader:
        assert "match_status" in reader.arrow("gold.stores").column_names
        assert "phone" not in reader.arrow("gold.stores").column_names


def test_column_can_change_its_type(publisher):
    publisher.publish()
    publisher.change("alter table DIAGNOSTICS.score_bands alter band type varchar")
    assert publisher.publish().release_id == 2
    with open_release(publisher.lake.settings.root) as reader:
        assert reader.rows("select band from diagnostics.score_bands") == [("1",)]


def test_type_that_iceberg_has_not_is_named(publisher):
    publisher.change("alter table DIAGNOSTICS.score_bands add column parts integer[]")
    with pytest.raises(LakeError, match=r"column parts has the type INTEGER\[\], which Iceberg has not"):
        publisher.publish()


def test_run_measured_against_another_release_is_refused(publisher, make_publisher):
    publisher.publish()
    other = make_publisher(publisher.lake)
    other.fill(10)
    other.publish()
    publisher.fill(30)
    with pytest.raises(LakeError, match="release 2 became active while this run was measured against release 1"):
        publisher.publish(base_release_id=1)
    assert registry.active_release(publisher.lake.ops)["release_id"] == 2


def test_two_publishers_at_once_make_one_release_each_or_an_error(publisher, make_publisher):
    publisher.publish()
    publishers = [make_publisher(publisher.lake) for _ in range(4)]
    outcomes: list[object] = []

    def run(number: int) -> None:
        try:
            outcomes.append(publishers[number].publish(base_release_id=1).release_id)
        except LakeError as error:
            outcomes.append(str(error))

    for number, made in enumerate(publishers):
        made.fill(200 + number)
    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([outcome for outcome in outcomes if isinstance(outcome, int)]) == 1
    assert all("became active" in outcome for outcome in outcomes if isinstance(outcome, str))
    shown = registry.active_release(publisher.lake.ops)["release_id"]
    with open_release(publisher.lake.settings.root) as reader:
        stores = registry.release(publisher.lake.ops, shown)["golden_stores"]
        assert reader.rows("select count(*), count(distinct gold_store_id) from mart.stores") == [(stores, stores)]


def test_publisher_that_waits_too_long_names_the_holder(publisher):
    refused = pytest.raises(LakeError, match=r"another process is publishing.*process \d+")
    with publisher_lock(publisher.lake), refused, publisher_lock(publisher.lake, wait_seconds=0):
        pytest.fail("two publishers at once")


def test_files_of_a_failed_attempt_are_removed(publisher, monkeypatch):
    publisher.publish()
    folder = publisher.lake.settings.state
    files = sorted(folder.rglob("*.parquet"))
    publisher.change("update GOLD.stores set store_name = 'x'")
    monkeypatch.setattr(
        "store_matching.releases.write_table._commit", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left"))
    )
    with pytest.raises(LakeError, match=r"its files cannot be written: .*No space left"):
        publisher.publish()
    assert sorted(folder.rglob("*.parquet")) == files
    assert len({name for _, name in publisher.mart()}) == 100


def test_column_dropped_and_added_again_is_read_from_new_files(publisher, monkeypatch):
    monkeypatch.setattr(file_ranges, "TARGET_ROWS", 10)
    monkeypatch.setattr(file_ranges, "LARGEST_ROWS", 20)
    publisher.publish()
    kept = publisher.connection.execute("select gold_store_id, match_status from GOLD.stores").fetchall()
    publisher.change("alter table GOLD.stores drop column match_status")
    with monkeypatch.context() as patch:
        patch.setattr(
            "store_matching.releases.write_table._write_files", lambda *_: (_ for _ in ()).throw(OSError("killed"))
        )
        with pytest.raises(LakeError, match="killed"):
            publisher.publish()
    publisher.fill(100)
    publisher.change("update GOLD.stores set store_name = 'x' where place_key = 3")
    publisher.publish()
    with open_release(publisher.lake.settings.root) as reader:
        assert sorted(reader.rows("select gold_store_id, match_status from gold.stores")) == sorted(kept)


def test_values_swapped_between_rows_are_a_change(publisher):
    publisher.change("alter table GOLD.stores add column note bigint")
    publisher.change("update GOLD.stores set note = case gold_store_id when 'GS-3' then 1 when 'GS-4' then 2 end")
    publisher.publish()
    publisher.change("update GOLD.stores set note = 3 - note where note is not null")
    assert publisher.publish().release_id == 2


def test_view_that_reads_an_unreleased_table_is_refused(publisher):
    publisher.change("create table GOLD.other as select 1 as a")
    view = MartView("x", '"db"."MART"."x"', 'select * from "db"."GOLD"."stores", "db"."GOLD"."other"')
    with pytest.raises(LakeError, match=r"MART\.x reads .*other.*: it may only select from models of the release"):
        publisher.publish(views=[view])


def test_ranges_that_became_nearly_empty_are_merged(publisher, monkeypatch):
    monkeypatch.setattr(file_ranges, "TARGET_ROWS", 100)
    monkeypatch.setattr(file_ranges, "LARGEST_ROWS", 200)
    publisher.fill(2000)
    publisher.publish()
    publisher.change("delete from GOLD.stores where hash(gold_store_id) % 20 > 0")
    publisher.publish()
    snapshot = publisher.lake.table("gold.stores").current_snapshot()
    assert int(snapshot.summary["total-data-files"]) <= 5
    left = publisher.connection.execute("select count(*) from GOLD.stores").fetchone()[0]
    assert len(publisher.mart()) == left
