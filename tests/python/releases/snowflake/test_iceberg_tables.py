"""Releases of Iceberg tables: clones, and versions that are tagged."""

import re

import pytest

from tests.python.releases.snowflake.account import (
    DATA_1,
    DATA_2,
    DATA_3,
    NAMELESS,
    die_at,
    land,
    positions,
    shown,
    statuses,
)


def test_clones_of_iceberg_tables_are_iceberg_tables_and_record_their_snapshot(project, iceberg_account):
    land(iceberg_account, DATA_2)
    assert project.run(iceberg_account, "build").success
    positions(
        iceberg_account.statements,
        "create iceberg table STORE_MATCHING.RELEASE_2.STORES clone STORE_MATCHING.GOLD.STORES",
    )
    snapshots = iceberg_account.rows("select snapshot_id from OPS.release_tables where release_id = 2")
    assert all(re.fullmatch(r"7\d{3}", snapshot) for (snapshot,) in snapshots) and len(set(snapshots)) == 3


@pytest.mark.long
def test_pinned_versions_are_tagged_before_mart_moves_and_can_be_shown_again(by_versions, iceberg_account):
    account = iceberg_account
    land(account, DATA_2)
    outcome = by_versions.run(account, "build")
    assert outcome.success, outcome.said
    (last,) = positions(account.statements, "alter schema")
    tags = [i for i, text in enumerate(account.statements) if "create or replace version_tag RELEASE_2" in text]
    assert len(tags) == 3 and max(tags) < last
    assert "retain 30 days" in account.statements[tags[0]]
    assert not any(" clone " in text for text in account.statements)
    assert shown(account) == (2, sorted(DATA_2))

    land(account, DATA_3)
    assert by_versions.run(account, "run").success
    assert shown(account) == (2, sorted(DATA_2))
    assert "release 3 published" in by_versions.run(account, "build")
    # Release 1 is kept by clones, release 2 by versions: each is shown again by its own way.
    for number, data in ((2, sorted(DATA_2)), (1, DATA_1)):
        outcome = by_versions.operate(account, "rollback_release", release_id=number, reason="wrong")
        assert outcome.success, outcome.said
        assert shown(account) == (number, data)

    account.connection.execute("delete from STAND_IN.versions where full_name = 'GOLD.STORES'")
    outcome = by_versions.operate(account, "rollback_release", release_id=2, reason="wrong")
    assert not outcome.success and "Snowflake does not keep gold.stores as it was" in outcome


@pytest.mark.long
def test_tags_of_a_candidate_that_is_given_up_are_removed(by_versions, iceberg_account):
    land(iceberg_account, NAMELESS)
    assert not by_versions.run(iceberg_account, "build").success
    assert iceberg_account.rows("select * from STAND_IN.tags") == []
    land(iceberg_account, DATA_2)
    iceberg_account.before = die_at("alter schema")
    assert not by_versions.run(iceberg_account, "build").success
    assert len(iceberg_account.rows("select * from STAND_IN.tags")) == 3
    land(iceberg_account, DATA_3)
    assert "release 4 published" in by_versions.run(iceberg_account, "build")
    assert {tag for (tag,) in iceberg_account.rows("select tag from STAND_IN.tags")} == {"RELEASE_4"}


@pytest.mark.long
def test_version_views_over_other_tables_are_refused_before_anything_is_written(by_versions, account):
    land(account, DATA_2)
    outcome = by_versions.run(account, "build")
    assert not outcome.success and "version_views needs Iceberg tables" in outcome
    assert statuses(account) == {1: "active"}
