"""A loader that sleeps while its batch is recovered, and wakes: nothing is landed twice, nothing deleted."""

import pytest

from store_matching.sentinel.recover.apply import recover
from store_matching.sentinel.recover.plan import recoverable
from store_matching.sentinel.scan_all import scan_lake, utc_now

from .conftest import GI
from .recovery import ids, in_a_file_each, later, once, recovered


@pytest.fixture
def stalled(local):
    """Load 12:00, whose loader sleeps before its commit until the Sentinel has recovered what it chooses."""

    def load(choose=lambda findings: findings, **options):
        def meanwhile(commit):
            scan = scan_lake(local.open(), [GI], now=later)
            chosen = choose(recoverable(scan.findings))
            assert all(o.is_recovered for o in recover(local.open(), GI, chosen, local.ledgers, utc_now))

        with local._before_commit(meanwhile):
            return local.load(12, "cde", **options)

    return load


@pytest.mark.parametrize("is_full", [False, True])
def test_a_loader_that_wakes_after_its_file_was_recovered_leaves_it_and_has_landed(local, stalled, is_full):
    local.load(11, "ab")
    assert stalled(is_full=is_full).already_loaded
    assert local.live_files() <= local.files()
    assert {i for i, number in ids(local).items() if number == 1} >= set("cde")
    assert "dangling_reference" not in local.found()


def test_a_loader_that_wakes_deletes_no_file_that_a_detached_snapshot_names(local):
    local.load(11, "ab")
    before = local.table.current_snapshot().snapshot_id

    def detach(commit_table):
        scan = scan_lake(local.open(), [GI], now=later)
        recover(local.open(), GI, recoverable(scan.findings), local.ledgers, utc_now)
        local.set_current(before)
        # Another loader of the same batch comes first.
        local.load(12, "cde", local.open())

    with local._before_commit(detach):
        assert local.load(12, "cde").already_loaded
    assert "dangling_reference" not in local.found()


def test_a_file_that_was_not_chosen_when_its_batch_was_recovered_stays_when_its_loader_wakes(local, stalled):
    local.load(11, "ab")
    in_a_file_each(local)
    assert stalled(lambda findings: findings[:1]).already_loaded
    assert len(local.found()["lost_batch"]) == 2
    recovered(local)
    assert ids(local) == once("abcde")
