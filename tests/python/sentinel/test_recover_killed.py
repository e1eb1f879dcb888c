"""A recovery that dies at any moment, run again, has brought every row back once."""

import contextlib
import shutil

import pytest
from pyiceberg.io.pyarrow import PyArrowFile

from store_matching.ops.store import OpsStore
from store_matching.sentinel.recover.apply import recover
from store_matching.sentinel.scan_all import utc_now

from .conftest import Killed
from .test_recover import ids, once, recovered, scanned

# All of them in `make test-long`.
KILLS = (6, pytest.param(20, marks=pytest.mark.long))


class Moments:
    """Counts the moments at which a recovery touches storage, catalog or OPS, and ends it at one of them."""

    def __init__(self, patch: pytest.MonkeyPatch, catalog: object, end_at: int | None = None) -> None:
        self.count = 0
        self.end_at = end_at
        for owner, name in (
            (PyArrowFile, "create"),
            (PyArrowFile, "open"),
            (OpsStore, "transaction"),
            (catalog, "commit_table"),
        ):
            self._watch(patch, owner, name)

    def _watch(self, patch: pytest.MonkeyPatch, owner: object, name: str) -> None:
        original = getattr(owner, name)

        def watched(*arguments, **options):
            self._pass()
            result = original(*arguments, **options)
            if name == "commit_table":
                # Committed, but nobody has heard of it.
                self._pass()
            return result

        patch.setattr(owner, name, watched)

    def _pass(self) -> None:
        self.count += 1
        # What would clean up after the first does nothing either: the process is gone.
        if self.end_at is not None and self.count >= self.end_at:
            raise Killed


def lose(local):
    """Three lost batches: one by its manifest, one by its file, one in part."""
    local.load(11, "ab")
    local.lose_by_kill(12, "cde")
    local.lose_by_conflict(14, "fg", rival_hour=13)
    local.lose_by_kill(15, "hij")
    local.load(15, "hi", batch_id="other")


def kill(local, patch, end_at=None):
    """Recover until a moment; return how many have passed."""
    scan, findings = scanned(local)
    with patch.context() as limited:
        counted = Moments(limited, local.lake.catalog, end_at)
        with contextlib.suppress(Killed):
            recover(local.lake, scan.watched, findings, local.ledgers, utc_now)
    return counted.count


@pytest.mark.parametrize("kills", KILLS)
def test_whenever_it_is_killed_every_row_comes_back_once(kills, local, monkeypatch, tmp_path):
    lose(local)
    files = local.files()
    expected = once("abcdefghijxyz")
    # Paths in metadata are absolute: the folder is put back as it was, not copied elsewhere.
    kept = tmp_path.parent / f"{tmp_path.name}-kept"
    shutil.copytree(tmp_path, kept)
    total = kill(local, monkeypatch)
    assert ids(local) == expected
    assert total >= kills
    died_before, died_after = 0, 0
    for number in range(kills):
        shutil.rmtree(tmp_path)
        shutil.copytree(kept, tmp_path)
        local.lake = local.open()
        moment = 1 + number * total // kills
        assert kill(local, monkeypatch, moment) >= moment
        is_whole = ids(local) == expected
        died_before, died_after = died_before + (not is_whole), died_after + is_whole
        # All or nothing: the lost batches are in one commit.
        assert is_whole or sum(ids(local).values()) == 7, f"a part came back, killed at {moment}"
        local.lake = local.open()
        recovered(local)
        assert ids(local) == expected, f"killed at {moment} of {total}"
        assert files <= local.files()
        assert recovered(local) == []
    # Kills fell on both sides of the commit.
    assert died_before > 0
    assert died_after > 0
