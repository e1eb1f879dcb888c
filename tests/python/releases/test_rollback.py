"""Going back: MART moves in one step, publishing is held, and what cannot be shown is refused."""

import shutil
from pathlib import Path

import pytest

from store_matching.lake import LakeError, open_lake, open_release
from store_matching.ops import registry
from store_matching.releases.mart_views import render_active
from store_matching.releases.types import MartView
from tests.python.releases import conftest


@pytest.fixture
def two_releases(publisher):
    """A publisher with release 1 of 100 stores and the active release 2 of 50."""
    publisher.publish()
    publisher.fill(50)
    publisher.publish()
    return publisher


def test_rollback_shows_the_release_and_holds_publishing(two_releases):
    outcome = two_releases.rollback(1, "half of the stores are missing")
    assert (outcome.release_id, outcome.previous_release_id) == (1, 2)
    assert len(two_releases.mart()) == 100
    with open_release(two_releases.lake.settings.root) as reader:
        assert (reader.release_id, reader.rows("select count(*) from mart.stores")) == (1, [(100,)])
    held = two_releases.publish()
    assert held.release_id is None
    assert "held at release 1" in held.reason and "half of the stores are missing" in held.reason


def test_rollback_records_who_when_and_why(two_releases, monkeypatch):
    monkeypatch.setenv("STORE_MATCHING_USER", "ada")
    two_releases.rollback(1, "wrong phones")
    event = two_releases.lake.ops.rows("select * from release_events order by happened_at desc")[0]
    assert (event["event_name"], event["release_id"], event["previous_release_id"]) == ("rolled_back", 1, 2)
    assert (event["done_by"], event["reason"]) == ("ada", "wrong phones")
    statuses = {
        row["release_id"]: row["release_status"] for row in two_releases.lake.ops.rows("select * from releases")
    }
    assert statuses == {1: "active", 2: "rolled_back"}


def test_lifted_hold_publishes_again(two_releases):
    two_releases.rollback(1)
    assert registry.lift_hold(two_releases.lake.ops, "mended")
    assert not registry.lift_hold(two_releases.lake.ops, "again")
    publication = two_releases.publish()
    assert (publication.release_id, publication.base_release_id) == (3, 1)
    assert len(two_releases.mart()) == 50
    # Release 2 left the table at these rows: nothing has to be written again.
    assert sum(table.files_written for table in publication.tables) == 0


def test_same_rows_as_the_restored_release_make_no_release(two_releases):
    two_releases.rollback(1)
    registry.lift_hold(two_releases.lake.ops, None)
    two_releases.fill(100)
    publication = two_releases.publish()
    assert (publication.release_id, publication.reason) == (None, "no row differs from release 1")


def test_rollback_goes_forward_too(two_releases):
    two_releases.rollback(1)
    two_releases.rollback(2)
    assert len(two_releases.mart()) == 50


def test_rollback_reopens_triggers_that_later_releases_consumed(two_releases):
    with two_releases.lake.ops.transaction() as ops:
        for number, release_id in (("a", 1), ("b", 2)):
            ops.execute(
                """insert into reprocess_triggers (trigger_id, store_key, trigger_status, attempts, created_at,
                        consumed_release_id, consumed_at)
                   values (?, 'GI:1', 'consumed', 1, '2026-01-01', ?, '2026-01-02')""",
                (number, release_id),
            )
    two_releases.rollback(1)
    rows = two_releases.lake.ops.rows("select trigger_id, trigger_status, consumed_at from reprocess_triggers")
    assert [tuple(row.values()) for row in rows] == [("a", "consumed", "2026-01-02"), ("b", "pending", None)]


@pytest.mark.parametrize(
    ("release_id", "message"),
    [
        (9, "there is no release 9; active is 2, others: 1"),
        (2, "release 2 is the active one already"),
        (3, r"release 3 was never published \(its publisher died\)"),
        (4, "release 4 is being written, or its publisher died"),
        (5, "release 5 has expired"),
    ],
)
def test_release_that_cannot_be_shown_is_refused(two_releases, release_id, message):
    ops = two_releases.lake.ops
    for number in (3, 4, 5):
        assert registry.add_candidate(ops, "run", 2, {}) == number
    registry.abandon(ops, 3, "its publisher died")
    with ops.transaction() as connection:
        connection.execute("update releases set release_status = 'expired' where release_id = 5")
    before = two_releases.mart()
    with pytest.raises(LakeError, match=message):
        two_releases.rollback(release_id)
    assert two_releases.mart() == before
    assert registry.active_release(ops)["release_id"] == 2


def test_rollback_without_a_reason_is_refused(two_releases):
    with pytest.raises(LakeError, match="needs a reason"):
        two_releases.rollback(1, "  ")


def test_metadata_file_that_is_gone_is_named_and_mart_stays(two_releases):
    table = registry.release_tables(two_releases.lake.ops, 1)["gold.stores"]
    file = Path(table.metadata_location.removeprefix("file://"))
    file.unlink()
    before = two_releases.mart()
    with pytest.raises(LakeError, match=file.name) as caught:
        two_releases.rollback(1)
    assert "rollback_release" in str(caught.value)
    assert two_releases.mart() == before
    assert registry.active_release(two_releases.lake.ops)["release_id"] == 2
    with pytest.raises(LakeError, match=r"gold\.stores of release 1 cannot be read"):
        open_release(two_releases.lake.settings.root, 1)


def test_lake_that_moved_is_named_and_works_by_a_link(two_releases, tmp_path):
    root = Path(two_releases.lake.settings.root)
    moved = tmp_path / "elsewhere"
    shutil.move(root, moved)
    with pytest.raises(LakeError, match=f"was made at {root}"):
        open_lake(moved)
    root.symlink_to(moved)
    with open_release(root) as reader:
        assert reader.rows("select count(*) from mart.stores") == [(50,)]


def test_mart_of_another_database_is_rendered_from_ops(two_releases, make_publisher):
    other = make_publisher(two_releases.lake)
    with other.connection.cursor() as cursor:
        cursor.execute("use db")
        assert render_active(cursor, two_releases.lake.ops) == 2
    assert len(other.mart()) == 50


def test_reading_a_lake_that_is_not_there_makes_none(tmp_path):
    with pytest.raises(LakeError, match="there is no lake at"):
        open_release(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_reading_before_the_first_release_says_so(lake):
    with pytest.raises(LakeError, match="has no release yet"):
        open_release(lake.settings.root)


def test_table_that_the_release_lacks_is_named(two_releases):
    refused = pytest.raises(LakeError, match=r"has no table mart\.x")
    with open_release(two_releases.lake.settings.root) as reader, refused:
        reader.arrow("mart.x")


def test_view_that_the_older_release_lacks_is_gone_after_a_rollback(publisher, monkeypatch):
    publisher.publish()
    more = MartView("extra", '"db"."MART"."extra"', 'select gold_store_id from "db"."GOLD"."stores"')
    views = [*conftest.VIEWS, more]
    publisher.fill(50)
    publisher.publish(views=views)
    assert publisher.connection.execute("select count(*) from db.MART.extra").fetchone() == (50,)
    publisher.rollback(1)
    found = publisher.connection.execute("select view_name from duckdb_views() where schema_name = 'MART'").fetchall()
    assert sorted(found) == [("match_coverage",), ("stores",)]


def test_error_after_the_commit_point_says_that_the_release_is_active(two_releases, monkeypatch):
    monkeypatch.setattr(
        "store_matching.releases.rollback.bring_ledger_up_to_date",
        lambda *_: (_ for _ in ()).throw(LakeError("disk is full")) if moved(two_releases) == 1 else 0,
    )
    with pytest.raises(LakeError, match=r"release 1 is active, and readers of the lake see it.*disk is full"):
        two_releases.rollback(1)
    assert moved(two_releases) == 1


def moved(publisher) -> int:
    """Number of the active release."""
    return registry.active_release(publisher.lake.ops)["release_id"]


def test_reader_needs_no_right_to_write_and_waits_for_no_writer(two_releases):
    with two_releases.lake.ops.transaction(), open_release(two_releases.lake.settings.root) as reader:
        assert reader.release_id == 2


@pytest.mark.parametrize("name", ["it's", "a b", "ü[1]*;"])
def test_root_may_hold_unusual_characters(tmp_path, make_publisher, name):
    publisher = make_publisher(open_lake(tmp_path / name))
    for stores in (20, 10):
        publisher.fill(stores)
        publisher.publish()
    publisher.rollback(1)
    assert len(publisher.mart()) == 20
    registry.lift_hold(publisher.lake.ops, None)
    publisher.fill(20)
    assert publisher.publish().reason == "no row differs from release 1"


@pytest.mark.parametrize("name", ["50%20", "what?", "a#b", 'a"b'])
def test_root_that_no_uri_can_carry_is_refused(tmp_path, name):
    with pytest.raises(LakeError, match="choose a folder without them"):
        open_lake(tmp_path / name)


def test_dots_in_a_root_are_the_same_lake(two_releases, tmp_path):
    (tmp_path / "x").mkdir()
    with open_release(tmp_path / "x" / ".." / "lake") as reader:
        assert reader.release_id == 2
