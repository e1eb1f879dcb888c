"""Going back, listing, comparing and expiring releases on Snowflake."""

import pytest

from tests.python.releases.snowflake.account import (
    DATA_1,
    DATA_2,
    check_that_all_agrees,
    crash_points,
    land,
    positions,
    schemas,
    shown,
    statuses,
)
from tests.python.releases.snowflake.stand_in import StandIn, changes_something


def test_rolling_back_moves_mart_holds_publishing_and_reopens_triggers(project, account_2):
    reason = "phones of FR are wrong; it's \\n in c:\\new"
    outcome = project.operate(account_2, "rollback_release", release_id=1, reason=reason)
    assert outcome.success and "release 1 is active again, in place of release 2; publishing is held" in outcome
    order = positions(
        account_2.statements,
        "update OPS.active_release set release_id = 1, is_held = true",
        "alter schema STORE_MATCHING.MART swap with STORE_MATCHING.MART_CANDIDATE_1",
        "insert into OPS.release_events",
    )
    assert order == sorted(order)
    assert shown(account_2) == (1, DATA_1)
    assert statuses(account_2) == {1: "active", 2: "rolled_back"}
    assert account_2.rows("select is_held, held_reason from OPS.active_release") == [(True, reason)]
    assert account_2.rows(
        """select previous_release_id, done_by, reason from OPS.release_events
           where event_name = 'rolled_back' and release_id = 1"""
    ) == [(2, "TRANSFORMER_USER", reason)]
    assert account_2.rows(
        """select trigger_id, trigger_status, consumed_release_id, consumed_at is null
           from OPS.reprocess_triggers order by 1"""
    ) == [("T1", "consumed", 1, False), ("T2", "pending", None, True)]
    assert account_2.rows("select gold_store_id, retired_by_release_id from OPS.gold_store_ids order by 1") == [
        ("1", None),
        ("2", None),
        ("3", 1),
    ]
    check_that_all_agrees(account_2)


@pytest.mark.long
def test_nothing_is_published_until_the_hold_is_lifted(project, account_2):
    project.operate(account_2, "rollback_release", release_id=1, reason="wrong")
    outcome = project.run(account_2, "build")
    assert outcome.success and "nothing published: publishing is held at release 1 since" in outcome
    assert "(wrong); lift it with" in outcome
    assert shown(account_2) == (1, DATA_1)

    assert "the hold on publishing is lifted" in project.operate(account_2, "lift_hold", reason="mended")
    assert "publishing was not held" in project.operate(account_2, "lift_hold", reason="again")
    assert account_2.rows("select reason from OPS.release_events where event_name = 'hold_lifted'") == [("mended",)]
    assert "release 3 published" in project.run(account_2, "build")
    assert shown(account_2) == (3, sorted(DATA_2))
    assert statuses(account_2) == {1: "superseded", 2: "rolled_back", 3: "active"}
    check_that_all_agrees(account_2)


@pytest.mark.long
def test_a_rollback_killed_anywhere_can_be_run_again(project, twice_published, tmp_path):
    clean = StandIn(tmp_path / "clean.duckdb", copy_of=twice_published)
    assert project.operate(clean, "rollback_release", release_id=1, reason="wrong").success
    changing = [text for text in clean.statements if changes_something(text)]
    seen = set()
    points = crash_points(changing)
    for number in points:
        account = StandIn(tmp_path / f"{number}.duckdb", copy_of=twice_published)
        account.kill_before(number)
        assert not project.operate(account, "rollback_release", release_id=1, reason="wrong").success
        served, stores = shown(account)
        assert stores == (DATA_1 if served == 1 else sorted(DATA_2)), changing[number]
        seen.add(served)
        account.forget()
        # Either it had moved MART, and a build completes what is left; or it had not, and it is run again.
        if served == 1:
            assert project.run(account, "build").success
        else:
            again = project.operate(account, "rollback_release", release_id=1, reason="wrong")
            assert again.success, (changing[number], again.said)
        assert shown(account) == (1, DATA_1)
        assert account.rows("select is_held, held_reason from OPS.active_release") == [(True, "wrong")]
        assert account.rows("select release_id, reason from OPS.release_events where event_name = 'rolled_back'") == [
            (1, "wrong")
        ]
        assert account.value("select trigger_status from OPS.reprocess_triggers where trigger_id = 'T2'") == "pending"
        check_that_all_agrees(account)
        account.connection.close()
    assert seen == {1, 2} and len(points) >= 10, [changing[number][:60] for number in points]


@pytest.mark.parametrize(
    ("release_id", "change", "message"),
    [
        (77, "", "release 77 does not exist; MART was not moved"),
        (2, "", "release 2 is the active one already"),
        (1, "update OPS.releases set release_status = 'expired' where release_id = 1", "release 1 has expired"),
        (1, "update OPS.releases set release_status = 'candidate' where release_id = 1", "release 1 is half-made"),
        (1, "update OPS.releases set release_status = 'abandoned' where release_id = 1", "release 1 was given up"),
        (1, "drop table RELEASE_1.STORES", "release 1 can no longer be read: Snowflake does not keep gold.stores"),
        ("1; drop schema MART", "", "release_id must be a whole number"),
    ],
)
@pytest.mark.long
def test_a_release_that_cannot_be_shown_is_refused_with_nothing_changed(
    project, account_2, release_id, change, message
):
    if change:
        account_2.connection.execute(change)
    outcome = project.operate(account_2, "rollback_release", release_id=release_id, reason="wrong")
    assert not outcome.success and message in outcome
    assert not any(changes_something(text) for text in account_2.statements)
    assert shown(account_2) == (2, sorted(DATA_2))


@pytest.mark.long
def test_a_rollback_without_a_reason_is_refused(project, account_2):
    outcome = project.operate(account_2, "rollback_release", release_id=1, reason=" ")
    assert not outcome.success and "rollback_release needs a reason" in outcome
    assert account_2.statements == []


@pytest.mark.long
def test_expiring_lists_first_and_keeps_what_readers_may_need(project, account_2):
    for number in (3, 4):
        land(account_2, [(str(number), "Store", "Metz")])
        assert f"release {number} published" in project.run(account_2, "build")
    account_2.connection.execute(
        """update OPS.releases set created_at = created_at - interval 90 day, retired_at = case release_id
                when 1 then sysdate() - interval 50 hour when 2 then sysdate() - interval 50 hour
                when 3 then sysdate() - interval 1 hour end"""
    )
    account_2.forget()
    rule = {"keep_last": 1, "younger_than_days": 30, "retired_hours": 24}

    outcome = project.operate(account_2, "expire_releases", **rule)
    assert "2 releases would expire; nothing was changed" in outcome
    assert not any(changes_something(text) for text in account_2.statements)
    assert "0 releases would expire" in project.operate(account_2, "expire_releases", **(rule | {"keep_last": 4}))
    assert "0 releases would expire" in project.operate(
        account_2, "expire_releases", **(rule | {"younger_than_days": 100})
    )

    account_2.kill_before(5)
    assert not project.operate(account_2, "expire_releases", dry_run=False, **rule).success
    account_2.forget()
    assert project.operate(account_2, "expire_releases", dry_run=False, **rule).success
    assert statuses(account_2) == {1: "expired", 2: "expired", 3: "superseded", 4: "active"}
    assert sorted(schemas(account_2, "RELEASE_")) == ["RELEASE_3", "RELEASE_4"]
    assert account_2.rows("select release_id from OPS.release_events where event_name = 'expired' order by 1") == [
        (1,),
        (2,),
    ]
    assert "release 1 has expired" in project.operate(account_2, "rollback_release", release_id=1, reason="wrong")


@pytest.mark.long
def test_two_releases_differ_by_stores_gained_lost_and_changed(project, account_2):
    land(account_2, [("3", "Trois", "Nantes"), ("2", None, "Lille"), ("5", "Cinq", "Metz")])
    assert project.run(account_2, "build", "--exclude", "mart_stores").success
    account_2.connection.execute("""create or replace table RELEASE_2.STORES as from GOLD.STORES""")
    outcome = project.operate(account_2, "diff_releases", from_release_id=1, to_release_id=2)
    assert "release 1 → 2: 2 stores gained, 1 lost, 1 changed" in outcome
    lines = [line.split() for line in outcome.said if line.startswith("  ")]
    assert [line[:2] for line in lines] == [["changed", "2"], ["gained", "3"], ["gained", "5"], ["lost", "1"]]
    assert "release 9 does not exist: its stores cannot be read" in project.operate(
        account_2, "diff_releases", from_release_id=1, to_release_id=9
    )


@pytest.mark.long
def test_releases_are_listed_newest_first_with_what_mart_shows(project, account_2):
    outcome = project.operate(account_2, "list_releases")
    numbers = [line.split()[:2] for line in outcome.said if line.split()[0].isdigit()]
    assert numbers == [["2", "active"], ["1", "superseded"]]
    assert "MART shows release 2." in outcome
    account_2.connection.execute("update OPS.active_release set release_id = 1")
    assert "OPS names release 1: a run died between the two" in project.operate(account_2, "list_releases", limit=1)
