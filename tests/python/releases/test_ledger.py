"""The ledger of golden ids: never dropped, true to the active release, and caught up after a killed run."""

from store_matching.ops import registry
from store_matching.releases import publish as publish_module


def ids(publisher) -> dict[str, tuple]:
    """(GI store, TH store, release that retired it, successor) by golden id."""
    rows = publisher.lake.ops.rows("select * from gold_store_ids")
    return {
        row["gold_store_id"]: (
            row["gi_store_id"],
            row["th_store_id"],
            row["retired_by_release_id"],
            row["successor_gold_store_id"],
        )
        for row in rows
    }


def test_first_release_enters_every_id(publisher):
    publisher.publish()
    assert len(ids(publisher)) == 100
    row = publisher.lake.ops.row("select * from gold_store_ids where gold_store_id = 'GS-4'")
    assert (row["first_store_key"], row["first_release_id"], row["last_release_id"]) == ("TH:t4", 1, 1)


def test_id_that_vanishes_stays_with_its_successor(publisher):
    publisher.publish()
    publisher.change("delete from GOLD.stores where gold_store_id = 'GS-1'")
    publisher.change("update GOLD.stores set gi_store_id = 'g1' where gold_store_id = 'GS-2'")
    publisher.publish()
    assert ids(publisher)["GS-1"] == ("g1", None, 2, "GS-2")
    assert ids(publisher)["GS-2"] == ("g1", "t2", None, None)
    assert len(ids(publisher)) == 100


def test_rollback_brings_ids_back(publisher):
    publisher.publish()
    before = ids(publisher)
    publisher.fill(40)
    publisher.publish()
    assert sum(retired is not None for _, _, retired, _ in ids(publisher).values()) == 60
    publisher.rollback(1)
    assert ids(publisher) == before


def test_ledger_catches_up_after_a_kill(publisher, monkeypatch):
    publisher.publish()
    publisher.fill(120)
    monkeypatch.setattr(publish_module, "bring_ledger_up_to_date", lambda *_: 0)
    publisher.publish()
    assert len(ids(publisher)) == 100
    monkeypatch.undo()
    publisher.fill(110)
    publisher.publish()
    assert registry.active_release(publisher.lake.ops)["release_id"] == 3
    # Ids that only release 2 had were never entered: no reader saw release 3 with them.
    assert len(ids(publisher)) == 110


def test_rollback_first_enters_the_ids_of_a_release_whose_publisher_was_killed(publisher, monkeypatch):
    publisher.publish()
    publisher.fill(101)
    with monkeypatch.context() as patch:
        patch.setattr(publish_module, "bring_ledger_up_to_date", lambda *_: 0)
        publisher.publish()
    publisher.rollback(1)
    assert ids(publisher)["GS-100"] == ("g100", "t100", 1, None)
