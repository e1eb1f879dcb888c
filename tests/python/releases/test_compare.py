"""Stores gained, lost and changed between two releases."""

import pytest

from store_matching.lake import LakeError
from store_matching.ops import registry
from store_matching.releases.compare import diff_releases


def test_counts_gained_lost_and_changed_stores(publisher):
    publisher.publish()
    publisher.change("delete from GOLD.stores where gold_store_id in ('GS-1', 'GS-2')")
    publisher.change("update GOLD.stores set store_name = 'new' where gold_store_id in ('GS-3', 'GS-4', 'GS-5')")
    publisher.change("update GOLD.stores set th_store_id = null where gold_store_id = 'GS-4'")
    publisher.change("insert into GOLD.stores values ('GS-x', 'gx', null, 'shop x', 'GI_ONLY', 3)")
    publisher.publish()
    found = diff_releases(publisher.lake, publisher.connection, 1, 2)
    assert (found.gained, found.lost, found.changed) == (1, 2, 3)
    assert found.by_column == (("store_name", 3), ("th_store_id", 1))
    assert ("gained", "GS-x", "shop x", "GI_ONLY") in found.examples
    assert ("changed", "GS-4", "new", "th_store_id: t4 → -; store_name: shop 4 → new; ") in found.examples


def test_the_way_back_is_the_mirror_image(publisher):
    publisher.publish()
    publisher.fill(70)
    publisher.publish()
    forth = diff_releases(publisher.lake, publisher.connection, 1, 2)
    back = diff_releases(publisher.lake, publisher.connection, 2, 1)
    assert (forth.gained, forth.lost, forth.changed) == (0, 30, 0)
    assert (back.gained, back.lost, back.changed) == (30, 0, 0)


def test_added_column_counts_as_a_change(publisher):
    publisher.publish()
    publisher.change("alter table GOLD.stores add column phone varchar default '1'")
    publisher.publish()
    found = diff_releases(publisher.lake, publisher.connection, 1, 2)
    assert (found.changed, found.by_column) == (100, (("phone", 100),))


def test_half_made_release_cannot_be_compared(publisher):
    publisher.publish()
    registry.add_candidate(publisher.lake.ops, "run", 1, {})
    with pytest.raises(LakeError, match="release 2 is candidate: its stores cannot be read"):
        diff_releases(publisher.lake, publisher.connection, 1, 2)


def test_column_of_another_type_is_compared_as_far_as_it_can_be_read(publisher):
    publisher.publish()
    publisher.change("alter table GOLD.stores alter store_name type bigint using (length(store_name))")
    publisher.publish()
    found = diff_releases(publisher.lake, publisher.connection, 1, 2)
    assert (found.gained, found.lost, found.changed) == (0, 0, 100)
