"""Requests and labels get into Snowflake's OPS, with the checks that the lake's have."""

import pytest

from store_matching.errors import LakeError
from store_matching.healing.snowflake_place import SnowflakePlace
from store_matching.operations.snowflake_session import SnowflakeSession
from tests.snowflake.emulated_tables import PASSWORD, emulated_tables

# What a release of three stores would have left.
RELEASE = """
create schema MART;
create schema RELEASE_4;
create view MART.active_release as select 4 as release_id;
create table RELEASE_4.store_crosswalk as
    select
        column1 as source_system, column2 as source_store_id, column1 || ':' || column2 as store_key,
        column3 as gold_store_id, column4 as match_status, 'representative' as store_role
    from values ('GI', '1', 'a', 'MATCHED'), ('TH', '9', 'a', 'MATCHED'), ('GI', '2', 'b', 'GI_ONLY');
create view MART.store_crosswalk as
    select source_system, source_store_id, gold_store_id, store_role, match_status from RELEASE_4.store_crosswalk;
create table RELEASE_4.stores as
    select
        column1 as gold_store_id, column2 as store_name, column3 as country_code, '' as address, '' as postcode,
        '' as city, '' as region, '' as phone, '' as website, '' as category, 1.0 as match_score
    from values ('a', 'O''Neill 100%', 'IE'), ('b', 'Other', 'FR');
create table RELEASE_4.unmatched_stores as
    select
        'GI:2' as store_key, 'name' as failure_cause, 'name' as costliest_comparison, 1.0 as free_candidate_score,
        80.0 as potential_score;
insert into OPS.release_tables (release_id, table_name, snapshot_id, metadata_location, row_count)
    values (4, 'gold.store_crosswalk', '', 'RELEASE_4.store_crosswalk', 3),
    (4, 'gold.stores', '', 'RELEASE_4.stores', 2),
    (4, 'diagnostics.unmatched_stores', '', 'RELEASE_4.unmatched_stores', 1)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with emulated_tables(tmp_path_factory.mktemp("healing")) as tables:
        for statement in RELEASE.split(";"):
            tables.session.run(statement)
        yield tables


@pytest.fixture
def ops(served):
    """The tables, empty but for the release."""
    served.empty()
    return served


@pytest.fixture
def place(ops):
    return SnowflakePlace(ops.session)


def test_a_request_waits_in_ops_as_one_of_the_lake_would(place, ops):
    assert place.request(["GI:2", "GI:1", "GI:2"], "it's 100% wrong", "by-hand") == ["GI:2", "GI:1"]
    # A store with a request waiting keeps that one.
    assert place.request(["TH:9", "GI:1"], "again", "later") == ["TH:9"]
    assert ops.rows(
        """select store_key, priority, reason, trigger_status, attempts, trigger_batch, is_request
            from OPS.reprocess_triggers order by store_key"""
    ) == [
        ("GI:1", 100000, "it's 100% wrong", "pending", 0, "by-hand", True),
        ("GI:2", 100000, "it's 100% wrong", "pending", 0, "by-hand", True),
        ("TH:9", 100000, "again", "pending", 0, "later", True),
    ]
    [[ids, named, dated]] = ops.rows(
        """select count(distinct trigger_id), count(created_by), count_if(created_at > dateadd(hour, -1, sysdate()))
            from OPS.reprocess_triggers"""
    )
    assert (ids, named, dated) == (3, 3, 3)
    # What is no longer waiting is asked for anew.
    ops.session.run("update OPS.reprocess_triggers set trigger_status = 'consumed' where store_key = 'GI:1'")
    assert place.request(["GI:1"], "anew", "third") == ["GI:1"]


def test_many_stores_are_one_request(place, monkeypatch):
    monkeypatch.setattr("store_matching.healing.snowflake_place.CHUNK", 2)
    keys = [f"GI:{number}" for number in range(5)]
    assert place.request(keys, "all", "many") == keys


def test_stores_by_key_and_by_condition(place):
    assert place.known_stores(["TH:9", "GI:1", "TH:9"]) == ["TH:9", "GI:1"]
    with pytest.raises(LakeError, match=r"release 4 has no store GI:77, 5\n  what to do: write keys as GI:"):
        place.known_stores(["GI:77", "GI:1", "5"])
    assert place.stores_where("country = 'IE' and store_name like '%100%' -- both") == ["GI:1", "TH:9"]
    assert place.stores_where("failure_cause = 'name' and potential_score > 70") == ["GI:2"]
    assert place.stores_where("false") == []
    for condition in ("land = 'FR'", "country = 'FR'; delete from OPS.settings", "true) union select ('x'"):
        with pytest.raises(LakeError, match=r"cannot be read.*\n.*one SQL condition over store_key, source_system, "):
            place.stores_where(condition)


def test_a_label_is_kept_and_the_newest_is_the_last(place, ops):
    # A clock that was ahead wrote the one before.
    ops.session.run(
        """insert into OPS.match_labels (label_id, gi_store_key, th_store_key, decision, decided_by, decided_at)
            values ('ahead', 'GI:1', 'TH:9', 'match', 'x', dateadd(day, 1, sysdate()))"""
    )
    second = place.add_label("GI:1", "TH:9", "no_match", " it's \\ closed ")
    third = place.add_label("GI:1", "TH:9", "none", "taken back")
    assert ops.rows("select label_id, decision, reason from OPS.match_labels order by decided_at") == [
        ("ahead", "match", None),
        (second, "no_match", "it's \\ closed"),
        (third, "none", "taken back"),
    ]
    for arguments, problem in (
        (("GI:1", "TH:9", "maybe", "x"), "must be one of match, no_match, none"),
        (("TH:9", "GI:1", "match", "x"), "'TH:9' is no GI store"),
        (("GI:1", "TH:9", "match", " "), "needs a reason"),
    ):
        with pytest.raises(LakeError, match=problem):
            place.add_label(*arguments)
    assert len(ops.rows("select label_id from OPS.match_labels")) == 3


def test_the_scripts_say_what_they_did_and_never_the_password(ops):
    asked = ops.script("request_reprocess.py", "--where", "country = 'FR'", "--reason", "new forms", "--batch", "forms")
    assert (asked.returncode, asked.stdout.splitlines()[0]) == (0, "1 triggers made in batch forms: GI:2"), asked.stderr
    unknown = ops.script(
        "label_pair.py", "--gi", "GI:77", "--th", "TH:9", "--decision", "match", "--reason", "called them"
    )
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "release 4 has no store GI:77" in unknown.stderr
    for done in (asked, unknown):
        assert PASSWORD not in done.stdout + done.stderr


def test_where_nothing_is_released_it_says_so(ops):
    ops.session.run("create database if not exists EMPTY_ONE")
    with pytest.raises(LakeError, match=r"MART shows no release: .*\n  what to do: run dbt build"):
        SnowflakePlace(SnowflakeSession(ops.settings | {"database": "EMPTY_ONE"}, "a_test"))


def test_every_statement_is_read_by_snowflakes_grammar(place, ops, tmp_path):
    def work():
        place.request(place.known_stores(["GI:2"]), "new forms", "batch")
        place.stores_where("country = 'FR'")
        place.add_label("GI:1", "TH:9", "match", "called them")

    assert ops.unread_statements(tmp_path, work) == []
