"""Expiring releases: what is kept, the dry run, and that kept releases stay readable to the last file."""

from pathlib import Path

import pytest

from store_matching.lake import LakeError, open_release
from store_matching.ops import registry
from store_matching.releases import expire as expire_module
from store_matching.releases.expire import Retention, expire_releases

NOTHING_BUT_LAST = Retention(keep_last=2, younger_than_days=0, retired_hours=0)


@pytest.fixture
def five_releases(publisher):
    """A publisher with releases 1 to 5 of 10, 20, … 50 stores."""
    for number in range(1, 6):
        publisher.fill(10 * number)
        publisher.publish()
    return publisher


def files(publisher) -> set[str]:
    """Every data file, manifest and manifest list of the lake."""
    found = Path(publisher.lake.settings.root).rglob("*")
    return {str(file) for file in found if file.suffix in (".parquet", ".avro")}


def statuses(publisher) -> dict[int, str]:
    """Status by release."""
    return {row["release_id"]: row["release_status"] for row in publisher.lake.ops.rows("select * from releases")}


def test_dry_run_changes_nothing(five_releases):
    before, shown = files(five_releases), statuses(five_releases)
    plan = expire_releases(five_releases.lake, NOTHING_BUT_LAST)
    assert plan.releases == (1, 2, 3)
    assert plan.files and plan.bytes > 0
    assert (files(five_releases), statuses(five_releases)) == (before, shown)


def test_removes_what_the_dry_run_listed_and_keeps_the_rest_readable(five_releases):
    before = files(five_releases)
    plan = expire_releases(five_releases.lake, NOTHING_BUT_LAST)
    assert expire_releases(five_releases.lake, NOTHING_BUT_LAST, dry_run=False) == plan
    assert before - files(five_releases) == {path.removeprefix("file://") for path in plan.files}
    assert statuses(five_releases) == {1: "expired", 2: "expired", 3: "expired", 4: "superseded", 5: "active"}
    for release_id, stores in ((4, 40), (5, 50)):
        with open_release(five_releases.lake.settings.root, release_id) as reader:
            assert reader.rows("select count(store_name) from gold.stores") == [(stores,)]
    five_releases.rollback(4)
    assert len(five_releases.mart()) == 40
    with pytest.raises(LakeError, match="release 3 has expired"):
        five_releases.rollback(3)


def test_nothing_is_left_to_expire_the_second_time(five_releases):
    expire_releases(five_releases.lake, NOTHING_BUT_LAST, dry_run=False)
    again = expire_releases(five_releases.lake, NOTHING_BUT_LAST, dry_run=False)
    assert (again.releases, again.files) == ((), ())


@pytest.mark.parametrize(
    "retention",
    [
        Retention(keep_last=5, younger_than_days=0, retired_hours=0),
        Retention(keep_last=0, younger_than_days=1, retired_hours=0),
        Retention(keep_last=0, younger_than_days=0, retired_hours=1),
    ],
)
def test_each_rule_alone_keeps_a_release(five_releases, retention):
    assert expire_releases(five_releases.lake, retention).releases == ()


def test_active_release_never_expires_though_it_is_old(five_releases):
    five_releases.rollback(1)
    plan = expire_releases(five_releases.lake, Retention(0, 0, 0), dry_run=False)
    assert plan.releases == (2, 3, 4, 5)
    with open_release(five_releases.lake.settings.root) as reader:
        assert (reader.release_id, reader.rows("select count(store_name) from mart.stores")) == (1, [(10,)])
    registry.lift_hold(five_releases.lake.ops, None)
    five_releases.publish()
    assert len(five_releases.mart()) == 50


def test_killed_expiry_is_completed_by_the_next(five_releases, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(_: object) -> None:
        raise Killed

    before = files(five_releases)
    original = expire_module._remove_listed_files
    calls = iter((original, kill))
    monkeypatch.setattr(expire_module, "_remove_listed_files", lambda lake: next(calls)(lake))
    with pytest.raises(Killed):
        expire_releases(five_releases.lake, NOTHING_BUT_LAST, dry_run=False)
    monkeypatch.undo()
    assert len(before - files(five_releases)) == 0
    expire_releases(five_releases.lake, NOTHING_BUT_LAST, dry_run=False)
    assert len(before - files(five_releases)) > 0
    assert not list((five_releases.lake.settings.state / "expiry").glob("*.json"))


def test_abandoned_candidate_expires_without_a_trace(five_releases):
    registry.abandon(five_releases.lake.ops, registry.add_candidate(five_releases.lake.ops, "run", 5, {}), "killed")
    plan = expire_releases(five_releases.lake, Retention(5, 0, 0), dry_run=False)
    assert (plan.releases, plan.files) == ((6,), ())
    assert expire_releases(five_releases.lake, NOTHING_BUT_LAST, dry_run=False).releases == (1, 2, 3)


def test_file_that_cannot_be_removed_stays_listed(five_releases, monkeypatch):
    monkeypatch.setattr("pyiceberg.io.pyarrow.PyArrowFileIO.delete", lambda *_: (_ for _ in ()).throw(OSError("busy")))
    before = files(five_releases)
    expire_releases(five_releases.lake, NOTHING_BUT_LAST, dry_run=False)
    monkeypatch.undo()
    assert files(five_releases) == before
    expire_releases(five_releases.lake, NOTHING_BUT_LAST, dry_run=False)
    assert len(files(five_releases)) < len(before)


def test_keep_last_is_whole():
    with pytest.raises(LakeError, match=r"keep_last must be a whole number, not 2\.5"):
        Retention(keep_last=2.5)


@pytest.mark.parametrize("value", [-1, "3", True, None, float("nan"), float("inf"), 1e9])
def test_retention_that_is_no_number_is_named(value):
    with pytest.raises(LakeError, match="keep_last must be a number of at least 0"):
        Retention(keep_last=value)
