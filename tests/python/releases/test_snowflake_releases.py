"""Releases on Snowflake: the order of statements, what a crash after each leaves behind, what is refused, the grammar.

The macros run for dbt's Snowflake adapter against a stand-in on DuckDB (snowflake_stand_in.py says what that proves
and what not). docs/snowflake_releases.md lists what only an account can show.
"""

import re

import pytest
from sqlfluff.core import FluffConfig, Linter

from store_matching.operations.snowflake_functions import SNOWFLAKE_FUNCTIONS
from tests.python.releases.snowflake_project import MODELS, SnowflakeProject
from tests.python.releases.snowflake_stand_in import Killed, StandIn, changes_something

RESTORABLE = ("active", "superseded", "rolled_back")
DATA_1 = [("1", "Un", "Paris"), ("2", "Deux", "Lyon")]
DATA_2 = [("1", "Un", "Paris"), ("3", "Trois", "Nantes"), ("2", "Deux", "Lille")]
DATA_3 = [("4", "Quatre", "Brest")]
NAMELESS = [("1", None, "Paris")]

# Grammar in preview that sqlfluff 4.4 does not know: what it is read as, and how it may be written (the forms of
# facts/snowflake.md §1.1 and §1.2).
VERSION_SELECTOR = (re.compile(r"\bat\(version => \d+\)"), "at(offset => -1)")
VERSION_TAG = re.compile(
    r"alter iceberg table (if exists )?STORE_MATCHING\.[A-Z]+\.[A-Z_]+\s+"
    r"(create or replace version_tag RELEASE_\d+\s+as of version \d+\s+retain \d+ days"
    r"|drop version_tag if exists RELEASE_\d+)"
)
# Beyond the functions that models use: https://docs.snowflake.com/en/sql-reference/functions/uuid_string and
# …/get_table_versions, a function of the information schema.
FUNCTIONS = {*SNOWFLAKE_FUNCTIONS, "uuid_string", "table", "store_matching.information_schema.get_table_versions"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return SnowflakeProject(tmp_path_factory.mktemp("snowflake_project"))


@pytest.fixture(scope="module")
def by_versions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("version_project")
    return SnowflakeProject(folder, {"snowflake_release_mode": "version_views", "snowflake_release_retain_days": 30})


@pytest.fixture(scope="module")
def published(project, tmp_path_factory):
    """File of an account whose release 1 shows DATA_1, and on whose MART an analyst has rights."""
    folder = tmp_path_factory.mktemp("published")
    account = StandIn(folder / "live.duckdb")
    account.connection.execute("create schema MART; create schema RAW")
    account.connection.execute("create table RAW.gi_stores (store_id varchar, store_name varchar, city varchar)")
    for grantee in ('role "ANALYST"', 'database role STORE_MATCHING."READERS"'):
        account.connection.execute("insert into STAND_IN.grants values ('MART', 'USAGE', null, ?)", [grantee])
        account.connection.execute("insert into STAND_IN.grants values ('MART', 'SELECT', 'VIEW', ?)", [grantee])
    land(account, DATA_1)
    assert "release 1 published: 3 tables and 2 views of MART" in project.run(account, "build")
    account.save(folder / "published.duckdb")
    return folder / "published.duckdb"


@pytest.fixture
def account(published, tmp_path):
    """A fresh copy of that account."""
    return StandIn(tmp_path / "account.duckdb", copy_of=published)


@pytest.fixture(scope="module")
def twice_published(project, published, tmp_path_factory):
    """File of an account whose release 2 shows DATA_2 and has consumed a trigger, as release 1 has another."""
    folder = tmp_path_factory.mktemp("twice_published")
    account = StandIn(folder / "live.duckdb", copy_of=published)
    land(account, DATA_2)
    assert "release 2 published" in project.run(account, "build")
    for number in (1, 2):
        account.connection.execute(
            f"""insert into OPS.reprocess_triggers (trigger_id, store_key, trigger_status, attempts, created_at,
                    consumed_at, consumed_run_id, consumed_release_id)
                values ('T{number}', 'GI:{number}', 'consumed', 1, sysdate(), sysdate(), 'run', {number})"""
        )
    account.save(folder / "twice.duckdb")
    return folder / "twice.duckdb"


@pytest.fixture
def account_2(twice_published, tmp_path):
    """A fresh copy of that account."""
    return StandIn(tmp_path / "account_2.duckdb", copy_of=twice_published)


def land(account, stores):
    account.connection.execute("delete from RAW.gi_stores")
    account.connection.executemany("insert into RAW.gi_stores (store_id, store_name, city) values (?, ?, ?)", stores)
    account.forget()


def shown(account):
    """What MART shows: the number that it carries, and its stores. Both its views must agree."""
    stores = sorted(account.rows("select gold_store_id, store_name, city from MART.STORES"))
    (status, count), *others = account.rows("select status, stores from MART.MATCH_COVERAGE")
    assert (status, count, others) == ("GI_ONLY", len(stores), [])
    return account.value("select release_id from MART.ACTIVE_RELEASE"), stores


def statuses(account):
    return dict(account.rows("select release_id, release_status from OPS.releases order by release_id"))


def schemas(account, beginning):
    return [name for (name,) in account.rows("select schema_name from STAND_IN.schemata") if name.startswith(beginning)]


def rights_on_mart(account):
    return set(account.rows("select object, privilege, grant_on, grantee from STAND_IN.grants where object = 'MART'"))


def check_that_all_agrees(account):
    """OPS says what MART shows, nothing half-made is left, and the ledger knows every id."""
    served, stores = shown(account)
    assert account.value("select release_id from OPS.active_release") == served
    by_status = statuses(account)
    assert [number for number, status in by_status.items() if status == "active"] == [served]
    assert "candidate" not in by_status.values()
    assert schemas(account, "MART_CANDIDATE_") == []
    kept = {f"RELEASE_{number}" for number, status in by_status.items() if status in RESTORABLE}
    assert set(schemas(account, "RELEASE_")) == kept
    moves = account.rows("select event_name, release_id from OPS.release_events where event_name = 'published'")
    assert sorted(moves) == [("published", number) for number, status in by_status.items() if status in RESTORABLE]
    assert account.value("select setting_value from OPS.settings") == str(served)
    living = account.rows("select gold_store_id from OPS.gold_store_ids where retired_by_release_id is null")
    assert sorted(living) == [(gold_store_id,) for gold_store_id, _, _ in stores]


def crash_points(statements):
    """Numbers of the statements before which a crash leaves something else than the crash before.

    Inside a transaction only its end matters, of several like statements (clones, grants, views) the last.
    """

    def kind(statement):
        return re.sub(r"[A-Z_]+\.[A-Z_0-9.]+|'[^']*'|\d+", "", statement)[:45]

    points, in_transaction = [], False
    for number, statement in enumerate(statements):
        if statement == "commit":
            in_transaction = False
        following = statements[number + 1] if number + 1 < len(statements) else ""
        if not in_transaction and kind(following) != kind(statement):
            points.append(number)
        in_transaction = in_transaction or statement == "begin transaction"
    return points


def positions(statements, *beginnings):
    """Where the only statement that begins so stands, for each beginning."""
    found = []
    for beginning in beginnings:
        matching = [i for i, text in enumerate(statements) if text.lower().startswith(beginning.lower())]
        assert len(matching) == 1, (beginning, [statements[i] for i in matching])
        found += matching
    return found


def test_publishing_swaps_once_after_the_candidate_is_tested_and_claimed(project, account):
    land(account, DATA_2)
    assert project.run(account, "build").success

    order = positions(
        account.statements,
        "insert into OPS.releases ",
        "create schema STORE_MATCHING.RELEASE_2",
        "create transient table STORE_MATCHING.RELEASE_2.STORES clone STORE_MATCHING.GOLD.STORES",
        "insert into OPS.release_tables",
        "create schema STORE_MATCHING.MART_CANDIDATE_2 with managed access",
        "create view STORE_MATCHING.MART_CANDIDATE_2.STORES",
        "create view STORE_MATCHING.MART_CANDIDATE_2.ACTIVE_RELEASE as select 2",
        "select count(*) as failures",
        "update OPS.active_release set release_id = 2, changed_at = sysdate() where slot = 1 and not is_held",
        "grant USAGE on schema STORE_MATCHING.RELEASE_2 to role",
        "grant SELECT on all VIEWs in schema STORE_MATCHING.MART_CANDIDATE_2 to role",
        "grant SELECT on future VIEWs in schema STORE_MATCHING.MART_CANDIDATE_2 to role",
        "alter schema STORE_MATCHING.MART swap with STORE_MATCHING.MART_CANDIDATE_2",
        "insert into OPS.release_events",
        "drop schema if exists STORE_MATCHING.MART_CANDIDATE_2",
    )
    assert order == sorted(order)
    assert shown(account) == (2, sorted(DATA_2))
    assert statuses(account) == {1: "superseded", 2: "active"}
    check_that_all_agrees(account)


@pytest.mark.long
def test_a_release_is_recorded_with_what_it_was_built_from(account_2):
    row = account_2.rows(
        """select base_release_id, golden_stores, tests_passed, tests_warned, created_by, length(gi_snapshot_id),
            length(logic_version) from OPS.releases where release_id = 2"""
    )
    assert row == [(1, 3, 2, 0, "TRANSFORMER_USER", 26, 12)]
    assert account_2.rows("select table_name, row_count from OPS.release_tables where release_id = 2 order by all") == [
        ("gold.store_crosswalk", 3),
        ("gold.stores", 3),
        ("staging.store_matches", 3),
    ]
    assert account_2.rows(
        "select gold_store_id, first_release_id, retired_by_release_id from OPS.gold_store_ids order by all"
    ) == [("1", 1, None), ("2", 1, None), ("3", 2, None)]


def test_readers_keep_their_rights_when_mart_moves(project, account):
    before = rights_on_mart(account)
    assert len(before) == 4
    land(account, DATA_2)
    assert project.run(account, "build").success
    assert rights_on_mart(account) == before
    # Future rights alone would leave the views that the swap brings unreadable.
    assert set(account.rows("select object, privilege, grantee from STAND_IN.grants where object like 'MART.%'")) == {
        (f"MART.{view}", "SELECT", grantee)
        for view in ("STORES", "MATCH_COVERAGE", "ACTIVE_RELEASE")
        for _, _, _, grantee in before
    }


def test_nobody_may_read_a_candidate_before_it_is_tested_and_claimed(project, account):
    land(account, DATA_2)
    granted = []

    def look(statement):
        if statement.startswith(("select count(*) as failures", "update OPS.active_release set")):
            of_candidate = "object like 'MART_CANDIDATE_2%' or object like 'RELEASE_2%'"
            granted.append(account.value(f"select count(*) from STAND_IN.grants where {of_candidate}"))

    account.before = look
    assert "release 2 published" in project.run(account, "build")
    assert granted == [0, 0]


@pytest.mark.long
def test_readers_of_mart_may_read_the_tables_of_the_release(project, account):
    account.connection.execute("insert into STAND_IN.grants values ('MART', 'SELECT', 'TABLE', 'role \"ANALYST\"')")
    account.forget()
    land(account, DATA_2)
    assert project.run(account, "build").success
    rights = set(account.rows("select privilege, grant_on, grantee from STAND_IN.grants where object = 'RELEASE_2'"))
    assert {("USAGE", None, 'role "ANALYST"'), ("SELECT", "TABLE", 'role "ANALYST"')} <= rights
    tables = "select object, privilege, grantee from STAND_IN.grants where object like 'RELEASE_2.%'"
    assert {("RELEASE_2.STORES", "SELECT", 'role "ANALYST"')} <= set(account.rows(tables))


@pytest.mark.long
def test_a_run_asks_for_no_right_to_make_what_exists(project, account):
    land(account, DATA_2)
    assert project.run(account, "run").success
    assert [text for text in account.statements if re.match("create (table|sequence)", text) and "OPS." in text] == []
    assert [text for text in account.statements if re.match("create table.* RAW", text, re.DOTALL)] == []
    assert [text for text in account.statements if text.startswith("insert into OPS.active_release")] == []


@pytest.mark.long
def test_a_release_does_not_change_when_its_tables_are_rebuilt(project, account):
    land(account, DATA_3)
    assert project.run(account, "run").success
    assert account.rows("select gold_store_id from GOLD.STORES") == [("4",)]
    assert shown(account) == (1, DATA_1)


def test_unchanged_rows_make_no_release(project, account):
    outcome = project.run(account, "build")
    assert outcome.success and "nothing published: no row differs from release 1" in outcome
    assert statuses(account) == {1: "active"}
    assert not any("swap with" in text or "clone" in text for text in account.statements)


@pytest.mark.parametrize("command", ["run", "test"])
@pytest.mark.long
def test_other_commands_neither_publish_nor_stop_a_publisher(project, account, command):
    account.connection.execute(
        """create schema MART_CANDIDATE_7; insert into OPS.releases (release_id, release_status, run_id, created_at)
           values (7, 'candidate', 'another', sysdate())"""
    )
    outcome = project.run(account, command)
    assert f"nothing published: dbt {command} does not publish" in outcome
    assert statuses(account) == {1: "active", 7: "candidate"}
    assert schemas(account, "MART_CANDIDATE_") == ["MART_CANDIDATE_7"]


def test_a_candidate_that_fails_a_test_is_not_shown(project, account):
    land(account, NAMELESS)
    outcome = project.run(account, "build")
    assert not outcome.success
    assert "nothing published: test not_null_mart_stores_store_name found 1 failures in the candidate" in outcome
    assert not any("swap with" in text for text in account.statements)
    assert shown(account) == (1, DATA_1)
    assert statuses(account) == {1: "active", 2: "abandoned"}
    check_that_all_agrees(account)


@pytest.mark.long
def test_a_mart_view_that_reads_an_unreleased_table_is_refused(tmp_path, account):
    project = SnowflakeProject(tmp_path / "project")
    project.write("models/staging/stg_live.sql", "select 1 as live")
    project.write(
        "models/mart/mart_match_coverage.sql",
        "select 'GI_ONLY' as status, count(*) as stores from {{ ref('stg_live') }} cross join {{ ref('gold_stores') }}",
    )
    land(account, DATA_2)
    outcome = project.run(account, "build")
    assert not outcome.success and "MART.MATCH_COVERAGE reads STORE_MATCHING.STAGING.live" in outcome
    assert not any("swap with" in text or "clone" in text for text in account.statements)


@pytest.mark.long
def test_a_released_model_that_is_a_view_is_refused_before_anything_is_written(tmp_path, account):
    project = SnowflakeProject(tmp_path / "project")
    text = (project.root / "models/staging/stg_store_matches.sql").read_text()
    project.write("models/staging/stg_store_matches.sql", "{{ config(materialized='view') }}" + text)
    land(account, DATA_2)
    account.connection.execute("drop table STAGING.store_matches")
    outcome = project.run(account, "build")
    assert not outcome.success and "STAGING.STORE_MATCHES is a view; only tables can be released" in outcome
    assert statuses(account) == {1: "active"}


@pytest.mark.long
def test_a_publisher_killed_anywhere_leaves_a_whole_release_and_the_next_build_publishes(project, published, tmp_path):
    whole = {1: DATA_1, 2: sorted(DATA_2)}
    clean = StandIn(tmp_path / "clean.duckdb", copy_of=published)
    land(clean, DATA_2)
    assert project.run(clean, "build").success
    changing = [text for text in clean.statements if changes_something(text)]
    first = next(i for i, text in enumerate(changing) if text.startswith("insert into OPS.releases "))
    seen = set()
    points = [number for number in crash_points(changing) if number >= first]
    for number in points:
        account = StandIn(tmp_path / f"{number}.duckdb", copy_of=published)
        land(account, DATA_2)
        account.kill_before(number)
        assert not project.run(account, "build").success
        served, stores = shown(account)
        assert stores == whole[served], changing[number]
        seen.add(served)
        # Other data, so that there is something to publish whatever had become of the killed run.
        land(account, DATA_3)
        outcome = project.run(account, "build")
        assert outcome.success and "published: 3 tables" in outcome, (changing[number], outcome.said)
        served, stores = shown(account)
        assert stores == DATA_3, changing[number]
        check_that_all_agrees(account)
        assert len(rights_on_mart(account)) == 4
        account.connection.close()
    assert seen == {1, 2} and len(points) >= 15, [changing[number][:60] for number in points]


def test_a_first_publication_killed_between_claim_and_swap_leaves_no_active_release(project, tmp_path):
    account = StandIn(tmp_path / "account.duckdb")
    account.connection.execute("create schema MART; create schema RAW")
    account.connection.execute("create table RAW.gi_stores (store_id varchar, store_name varchar, city varchar)")
    land(account, DATA_1)
    account.before = die_at("alter schema")
    project.run(account, "build")
    assert account.value("select release_id from OPS.active_release") == 1
    account.forget()
    assert "release 2 published" in project.run(account, "build")
    assert statuses(account) == {1: "abandoned", 2: "active"}
    check_that_all_agrees(account)


@pytest.mark.long
def test_mart_that_somebody_dropped_is_made_again_from_ops(project, account):
    account.connection.execute("drop schema MART cascade")
    outcome = project.run(account, "build")
    assert outcome.success and "MART was empty and shows release 1 again" in outcome
    assert shown(account) == (1, DATA_1)


def outcome_of_last_run(account):
    return account.value("select max_by(outcome, started_at) from OPS.runs")


def test_a_run_that_fails_to_publish_is_no_success(project, account):
    assert outcome_of_last_run(account) == "success"
    assert "no row differs" in project.run(account, "build")
    assert outcome_of_last_run(account) == "success"
    land(account, DATA_2)
    account.before = fail_at("alter schema")
    assert not project.run(account, "build").success
    assert outcome_of_last_run(account) == "publishing failed"
    account.forget()
    assert "release 3 published" in project.run(account, "build")
    assert outcome_of_last_run(account) == "success"


def test_a_mixture_of_two_runs_is_not_published(project, account):
    land(account, DATA_2)
    built = account.rows("select run_id from SCOPE.states where state_name = 'built'")
    another_begins = "update SCOPE.states set run_id = 'another' where state_name = 'running'"
    once_before(account, "create or replace transient table STORE_MATCHING.STAGING.store_matches", another_begins)
    outcome = project.run(account, "build")
    assert not outcome.success and "nothing published: run another began in STORE_MATCHING while this run" in outcome
    assert (shown(account), statuses(account)) == ((1, DATA_1), {1: "active"})
    assert outcome_of_last_run(account) == "publishing failed"
    # Neither is its state taken for this run's, nor what was built before forgotten.
    states = account.rows("select run_id, state_name from SCOPE.states order by 2")
    assert states == [(*built[0], "built"), ("another", "running")]


def test_a_second_run_is_refused_while_one_is_building(project, account):
    land(account, DATA_2)
    account.before = die_at("create or replace transient table STORE_MATCHING.STAGING.store_matches")
    assert not project.run(account, "build").success
    account.forget()
    for command in ("build", "run"):
        outcome = project.run(account, command)
        assert not outcome.success and "(dbt build) is building in STORE_MATCHING since 20" in outcome
        assert "dbt run-operation release_run_lock --args '{reason: <why>}'" in outcome
    assert not any("SCOPE.changed_tables" in text for text in account.statements)
    account.connection.execute(
        "update OPS.runs set started_at = started_at - interval 5 hour where finished_at is null"
    )
    assert not project.run(account, "build").success
    account.connection.execute(
        "update OPS.runs set started_at = started_at - interval 2 hour where finished_at is null"
    )
    assert "release 2 published" in project.run(account, "build")


def begin_and_die(project, account):
    account.before = die_at("create or replace transient table STORE_MATCHING.STAGING.store_matches")
    assert not project.run(account, "build").success
    account.forget()
    return account.value("select max_by(run_id, started_at) from OPS.runs")


def test_a_run_of_the_same_owner_takes_over_from_a_killed_one(project, account, monkeypatch):
    land(account, DATA_2)
    monkeypatch.setenv("STORE_MATCHING_RUN_OWNER", "airflow/targeted/manual__1/build")
    killed = begin_and_die(project, account)
    for other in ("airflow/targeted/manual__2/build", ""):
        monkeypatch.setenv("STORE_MATCHING_RUN_OWNER", other)
        outcome = project.run(account, "build")
        assert not outcome.success
        assert f"run {killed} (dbt build of airflow/targeted/manual__1/build) is building" in outcome, outcome.said
    monkeypatch.setenv("STORE_MATCHING_RUN_OWNER", "airflow/targeted/manual__1/build")
    outcome = project.run(account, "build")
    assert "has not ended: this run takes over" in outcome and "release 2 published" in outcome, outcome.said
    (ended,) = account.rows(f"select outcome, finished_at is null from OPS.runs where run_id = '{killed}'")
    assert re.fullmatch(r"taken over: run \S+ of the same owner", ended[0]) and not ended[1]


def test_runs_without_an_owner_do_not_take_over(project, account):
    land(account, DATA_2)
    begin_and_die(project, account)
    assert not project.run(account, "build").success


def test_the_lock_of_a_dead_run_is_released_by_hand(project, account):
    land(account, DATA_2)
    killed = begin_and_die(project, account)
    assert "release_run_lock needs a reason" in project.operate(account, "release_run_lock", reason=" ")
    assert not project.run(account, "build").success
    said = project.operate(account, "release_run_lock", reason="it's lost")
    assert said.success and f"the lock of run {killed} (dbt build, begun 20" in said
    assert "no run holds the lock" in project.operate(account, "release_run_lock", reason="again")
    events = "select done_by, reason from OPS.release_events where event_name = 'run_lock_released'"
    assert account.rows(events) == [("TRANSFORMER_USER", f"run {killed}: it's lost")]
    assert account.value(f"select outcome from OPS.runs where run_id = '{killed}'") == "lock released: it's lost"
    assert "release 2 published" in project.run(account, "build")


def die_at(beginning):
    """A run that loses its connection at the first statement that begins so, for good."""
    dead = []

    def check(statement):
        if dead or statement.startswith(beginning):
            dead.append(statement)
            raise Killed("the process was killed")

    return check


def once_before(account, beginning, sql):
    """Let something else happen right before the first statement that begins so."""
    done = []

    def happen(statement):
        if not done and statement.startswith(beginning):
            done.append(statement)
            account.connection.execute(sql)

    account.before = happen


def test_of_two_publishers_the_second_is_refused(project, account):
    land(account, DATA_2)
    once_before(account, "update OPS.active_release", "update OPS.active_release set release_id = 99")
    outcome = project.run(account, "build")
    assert not outcome.success and "nothing published: another run published, rolled back or started" in outcome
    assert not any("swap with" in text for text in account.statements)
    assert shown(account) == (1, DATA_1)
    assert (statuses(account)[2], schemas(account, "RELEASE_")) == ("abandoned", ["RELEASE_1"])


@pytest.mark.long
def test_a_hold_that_comes_while_a_run_publishes_is_obeyed(project, account):
    land(account, DATA_2)
    once_before(account, "update OPS.active_release", "update OPS.active_release set is_held = true")
    assert not project.run(account, "build").success
    assert shown(account) == (1, DATA_1)


GIVE_UP = "update OPS.releases set release_status = 'abandoned' where release_status = 'candidate';"
REMOVE = """
    drop schema if exists MART_CANDIDATE_2 cascade;
    update OPS.active_release set release_id = 1;
    drop schema if exists RELEASE_2 cascade;
"""


@pytest.mark.parametrize(
    ("moment", "others"),
    [
        # Another run's snowflake_reconcile is half done: its last step would come after this run's claim.
        ("create schema STORE_MATCHING.MART_CANDIDATE_2", GIVE_UP),
        ("create schema STORE_MATCHING.MART_CANDIDATE_2", GIVE_UP + REMOVE),
        ("alter schema", GIVE_UP + REMOVE),
    ],
)
@pytest.mark.long
def test_a_publisher_that_another_run_took_for_dead_cannot_move_mart(project, account, moment, others):
    land(account, DATA_2)
    once_before(account, moment, others)
    assert not project.run(account, "build").success
    assert shown(account) == (1, DATA_1)
    account.forget()
    assert "release 3 published" in project.run(account, "build")
    assert shown(account) == (3, sorted(DATA_2))
    check_that_all_agrees(account)


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


def lose_answer_of(beginning):
    """A run whose session ends when the first statement that begins so has taken effect: its answer never comes."""
    sent = []

    def check(statement):
        if sent:
            raise Killed("the connection was reset")
        if statement.startswith(beginning):
            sent.append(statement)

    return check


def test_a_lost_answer_to_the_swap_makes_no_run_compute_every_store(project, account):
    land(account, DATA_2)
    account.before = lose_answer_of("alter schema")
    assert not project.run(account, "build").success
    assert shown(account) == (2, sorted(DATA_2))
    account.forget()
    land(account, DATA_3)
    outcome = project.run(account, "build")
    assert "release 3 published" in outcome and "OPS now says what MART shows: release 2" in outcome
    assert "scope: stores that changed" in outcome, outcome.said
    assert shown(account) == (3, DATA_3)
    check_that_all_agrees(account)


@pytest.mark.parametrize("lost", ["alter schema", None])
def test_a_retry_of_a_run_that_is_published_publishes_nothing_again(tmp_path, account, lost):
    project = SnowflakeProject(tmp_path / "project")
    project.write("models/staging/stg_other.sql", "select 1 as one")
    land(account, DATA_2)
    lose, fail = (
        lose_answer_of(lost or "no statement"),
        fail_at("create or replace transient table STORE_MATCHING.STAGING.other"),
    )
    account.before = lambda text: (lose(text), fail(text))
    outcome = project.run(account, "build")
    assert ("release 2 published" in outcome) == (lost is None) and not outcome.success
    account.forget()
    outcome = project.run(account, "retry")
    assert outcome.success and "nothing published: release 2 holds what the completed run had built" in outcome, (
        outcome.said
    )
    assert (shown(account), statuses(account)) == ((2, sorted(DATA_2)), {1: "superseded", 2: "active"})
    assert not any("swap with" in text or " clone " in text for text in account.statements)
    check_that_all_agrees(account)


def test_a_candidate_that_is_sent_twice_is_one(project, account):
    land(account, DATA_2)
    asks = "select max(release_id) from OPS.releases where run_id"

    def send_again(statement):
        if statement.startswith(asks):
            account.before = lambda text: None
            account.send(next(text for text in account.statements if text.startswith("insert into OPS.releases ")))

    account.before = send_again
    assert "release 2 published" in project.run(account, "build")
    assert statuses(account) == {1: "superseded", 2: "active"}


def test_nothing_is_left_of_a_candidate_that_was_given_up(project, account):
    kept = (
        "select distinct release_id from OPS.release_tables union select release_id from OPS.release_views order by 1"
    )
    land(account, NAMELESS)
    assert not project.run(account, "build").success
    assert account.rows(kept) == [(1,)]
    # Its removal may have ended after the schema, or the schema have been made when it was given up already.
    account.connection.execute(
        """insert into OPS.release_views values (2, 'STORES', 'select 1');
           insert into OPS.releases (release_id, release_status, run_id, created_at)
           values (7, 'abandoned', 'x', sysdate());
           create schema RELEASE_7"""
    )
    land(account, DATA_2)
    assert "release 3 published" in project.run(account, "build")
    assert account.rows(kept) == [(1,), (3,)]
    check_that_all_agrees(account)


def test_a_retry_puts_back_first_what_a_commit_with_a_lost_answer_changed(by_scope):
    project, account = by_scope
    account.before = fail_after_commit_of("insert into STORE_MATCHING.GOLD.stores")
    assert not project.run(account, "build").success
    assert sorted(account.rows("select gold_store_id, store_name, city from GOLD.stores")) == sorted(DATA_2)
    account.forget()
    assert "release 2 published" in project.run(account, "retry")
    # What the models behind read: the rows that changed since the run before, not since the lost answer.
    assert account.rows("select gold_store_id from SCOPE.added_gold_stores order by 1") == [("2",), ("3",)]
    assert account.rows("select gold_store_id, city from SCOPE.removed_gold_stores") == [("2", "Lyon")]
    assert shown(account) == (2, sorted(DATA_2))


def fail_after_commit_of(beginning):
    """One model fails although its transaction, which has a statement that begins so, took effect."""
    sent = []

    def check(statement):
        if sent == [beginning] and statement != "commit":
            sent.append(statement)
            raise Killed("the answer was lost")
        if statement.startswith(beginning):
            sent.append(beginning)

    return check


@pytest.fixture
def by_scope(tmp_path, published):
    """A project that writes GOLD.STORES by the strategy scope, and an account that it has built once."""
    project = SnowflakeProject(tmp_path / "project")
    project.write(
        "models/gold/gold_stores.sql",
        "{{ config(materialized='incremental', incremental_strategy='scope', meta={'scope': 'gold',"
        " 'grain': ['gold_store_id'], 'released': true}) }}" + MODELS["models/gold/gold_stores.sql"],
    )
    account = StandIn(tmp_path / "account.duckdb", copy_of=published)
    assert project.run(account, "build").success
    land(account, DATA_2)
    return project, account


def change_by_half(project, account):
    """Let a build end between the two statements that change GOLD.STORES, with the first one in effect."""
    done = []

    def fail_after_the_delete(statement):
        if statement.startswith("insert into STORE_MATCHING.GOLD.stores"):
            # What a DDL statement in the same session does with the transaction that the failure leaves open.
            account.connection.execute("commit")
            done.append(account.rows("select gold_store_id from GOLD.stores"))
            raise Killed("the warehouse was suspended")

    account.before = fail_after_the_delete
    assert not project.run(account, "build").success
    assert done == [[("1",)]]
    account.forget()


def test_a_table_that_was_changed_by_half_is_put_back(by_scope):
    project, account = by_scope
    change_by_half(project, account)
    seen = []

    def look(statement):
        if statement.startswith("create") and "SCOPE.removed_gold_stores as" in statement:
            seen.append(account.rows("select gold_store_id, store_name, city from GOLD.stores order by 1"))

    account.before = look
    assert "release 2 published" in project.run(account, "build")
    assert seen[0] == DATA_1
    assert shown(account) == (2, sorted(DATA_2))
    kept = [text for text in account.statements if re.search(r"^create.*SCOPE\.(removed|added)_", text)]
    assert len(kept) == 3 and all(text.startswith("create or replace transient table") for text in kept)


def test_what_others_write_into_the_change_log_is_in_no_statement(by_scope):
    project, account = by_scope
    change_by_half(project, account)
    evil = "stores where false; drop schema MART; --"
    account.connection.execute("insert into SCOPE.changed_tables values ('GOLD', ?)", [evil])
    outcome = project.run(account, "build")
    assert "release 2 published" in outcome, outcome.said
    assert f"changed gold.{evil.lower()}, which the strategy scope does not write" in outcome
    assert not any(
        text.lower().startswith(("drop schema mart", "delete from store_matching.gold.stores where false"))
        for text in account.statements
    )
    assert shown(account) == (2, sorted(DATA_2))
    assert account.rows("select table_name from SCOPE.changed_tables where table_name like '%;%'") == []


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("cast(1 as integer) as floors, cast(2 as bigint) as place_key", "release 3 published"),
        # What is no whole number is another type still.
        ("cast('a' as varchar) as floors, cast(2 as bigint) as place_key", "out of sync"),
    ],
)
def test_widths_of_whole_numbers_in_an_iceberg_table_stop_no_second_run(by_scope, written, outcome):
    project, account = by_scope
    query = (
        "{{ config(materialized='incremental', incremental_strategy='scope', on_schema_change='fail',"
        " meta={'scope': 'gold', 'grain': ['gold_store_id'], 'released': true, 'keeps_history': true}) }}"
        " select *, %s from (" + MODELS["models/gold/gold_stores.sql"] + ") as stores"
    )
    project.write("models/gold/gold_stores.sql", query % "cast(1 as integer) as floors, cast(2 as bigint) as place_key")
    project.manifest = None
    account.connection.execute("drop table GOLD.STORES")
    assert "release 2 published" in project.run(account, "build")
    # As Snowflake describes it: int and long.
    account.connection.execute("insert into STAND_IN.iceberg_tables values ('GOLD.STORES')")
    land(account, DATA_3)
    project.write("models/gold/gold_stores.sql", query % written)
    project.manifest = None
    answer = project.run(account, "build")
    assert outcome in answer, answer.said


CLAIM = """
    insert into OPS.reprocess_triggers (trigger_id, store_key, trigger_status, attempts, created_at, claimed_run_id)
    select 'T', 'GI:1', 'claimed', 0, sysdate(), max_by(run_id, started_at) from OPS.runs;
"""


@pytest.mark.parametrize(
    ("meanwhile", "settled"),
    [
        ("", [("consumed", 2)]),
        # A rollback between publishing and settling: nobody sees the stores of release 2.
        ("update OPS.releases set release_status = 'rolled_back' where release_id = 2;", [("pending", None)]),
    ],
)
def test_a_trigger_is_consumed_only_by_a_release_that_nobody_went_back_behind(project, account, meanwhile, settled):
    land(account, DATA_2)
    consuming = "update OPS.reprocess_triggers set trigger_status = 'consumed', consumed_at"
    once_before(account, consuming, CLAIM + meanwhile)
    # The first of these statements settles the dead claims when the run starts: nothing is published then.
    wait = account.before
    account.before = lambda text: wait(text) if statuses(account).get(2) == "active" else None
    assert "release 2 published" in project.run(account, "build")
    triggers = "select trigger_status, consumed_release_id from OPS.reprocess_triggers"
    assert account.rows(triggers) == settled


def test_a_failure_makes_one_trigger_however_often_it_is_enqueued(project, account):
    account.connection.execute(
        """create table RELEASE_1.UNMATCHED_STORES as
           select 'GI:' || unnest([1, 2]) as store_key, 'TH:1' as free_candidate_key, 'v' as logic_version,
               'h' as input_hash, 90.0 as potential_score, 'taken' as failure_cause, 95.0 as free_candidate_score;
           insert into OPS.release_tables values
               (1, 'diagnostics.unmatched_stores', 'none', 'RELEASE_1.UNMATCHED_STORES', 2, null, null, null)"""
    )
    # Another run makes one of both when this one has looked already.
    once_before(
        account,
        "merge into OPS.reprocess_triggers",
        """insert into OPS.reprocess_triggers (trigger_id, store_key, trigger_status, attempts, created_at)
           values (md5('GI:1|TH:1|v|h'), 'GI:1', 'pending', 0, sysdate())""",
    )
    said = project.operate(account, "enqueue_reprocess_triggers")
    assert said.success and "2 unmatched stores with a potential score above 70, 1 new triggers" in said, said.said
    assert "0 new triggers" in project.operate(account, "enqueue_reprocess_triggers")
    rows = "select store_key, created_by, trigger_batch from OPS.reprocess_triggers order by 1"
    assert account.rows(rows) == [("GI:1", None, None), ("GI:2", "TRANSFORMER_USER", "release-1")]
    assert not any(text.startswith("insert into OPS.reprocess_triggers") for text in account.statements)


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


@pytest.mark.long
def test_the_next_run_is_measured_against_the_inputs_of_the_active_release(project, account):
    land(account, DATA_2)
    assert project.run(account, "build").success
    recorded = account.value("select gi_snapshot_id from OPS.releases where release_id = 2")
    account.forget()
    assert project.run(account, "run").success
    (view,) = [text for text in account.statements if "view STORE_MATCHING.RELEASED.GI_STORES" in text]
    assert view.endswith(f"from STORE_MATCHING.RAW.GI_STORES at(timestamp => '{recorded}'::timestamp_ntz)")
    assert account.rows("select gold_store_id from RELEASED.STORE_CROSSWALK order by 1") == [("1",), ("2",), ("3",)]
    # Snowflake keeps one day here: after two, the inputs count as unknown and every store as changed.
    account.connection.execute("update OPS.releases set gi_snapshot_id = '2026-01-01 00:00:00.000000'")
    account.forget()
    assert project.run(account, "run").success
    assert account.rows("select * from RELEASED.GI_STORES") == []


@pytest.mark.long
def test_a_retry_publishes_with_the_inputs_of_the_run_that_it_completes(tmp_path, account):
    project = SnowflakeProject(tmp_path / "project")
    land(account, DATA_2)
    account.before = fail_at("create or replace transient table STORE_MATCHING.GOLD.stores")
    assert not project.run(account, "build").success
    begun = account.rows("select run_id, gi_snapshot_id from OPS.runs order by started_at desc limit 1")
    account.forget()
    outcome = project.run(account, "retry")
    assert "release 2 published" in outcome, outcome.said
    assert shown(account) == (2, sorted(DATA_2))
    assert (
        account.rows("select continues_run_id, gi_snapshot_id from OPS.runs order by started_at desc limit 1") == begun
    )


def test_a_retry_runs_no_sql_that_others_can_write(tmp_path, account):
    project = SnowflakeProject(tmp_path / "project")
    land(account, DATA_2)
    account.before = fail_at("create or replace transient table STORE_MATCHING.STAGING.store_matches")
    assert not project.run(account, "build").success
    account.connection.execute("update OPS.transformation_logs set compiled_sql = 'select evil'")
    account.forget()
    outcome = project.run(account, "retry")
    assert not outcome.success and "nothing published: this run did not compile mart_stores" in outcome, outcome.said
    assert "run dbt build, which goes on from the tables as they are" in outcome
    assert not any("select evil" in text for text in account.statements)
    assert (shown(account), statuses(account)) == ((1, DATA_1), {1: "active"})
    assert "release 2 published" in project.run(account, "build")
    assert shown(account) == (2, sorted(DATA_2))


def fail_at(beginning):
    """Let statements that begin so fail, and nothing else."""

    def check(statement):
        if statement.startswith(beginning):
            raise Killed("no such warehouse")

    return check


@pytest.fixture
def iceberg_account(published, tmp_path):
    """The account of `published` with Iceberg tables for GOLD and STAGING."""
    account = StandIn(tmp_path / "iceberg.duckdb", copy_of=published)
    for table in ("GOLD.STORES", "GOLD.STORE_CROSSWALK", "STAGING.STORE_MATCHES"):
        account.connection.execute("insert into STAND_IN.iceberg_tables values (?)", [table])
    return account


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


@pytest.mark.long
def test_every_statement_is_snowflake_sql(project, by_versions, account_2, iceberg_account):
    statements = set()
    for way, account in ((project, account_2), (by_versions, iceberg_account)):
        land(account, DATA_3)
        assert way.run(account, "build").success
        way.operate(account, "rollback_release", release_id=1, reason="it's\\wrong; -- not")
        way.operate(account, "lift_hold", reason="mended")
        way.operate(account, "list_releases")
        way.operate(account, "diff_releases", from_release_id=1, to_release_id=2)
        account.connection.execute("update OPS.releases set created_at = '2020-01-01', retired_at = '2020-01-01'")
        way.operate(account, "expire_releases", keep_last=0, younger_than_days=1, retired_hours=1, dry_run=False)
        statements.update(account.statements)
        land(account, NAMELESS)
        way.run(account, "build")
        begin_and_die(way, account)
        way.operate(account, "release_run_lock", reason="lost")
        statements.update(account.statements)
    # Every kind that the macros write has been seen; otherwise this test would look at less than it says.
    for part in (
        "version_tag if exists",
        "create or replace version_tag",
        "at(version =>",
        "at(timestamp =>",
        " clone ",
        "swap with",
        "show future grants",
        "grant ",
        "merge into",
        "except",
        "get_table_versions",
        "nextval",
        "run_lock_released",
    ):
        assert any(part in text for text in statements), part

    linter = Linter(config=FluffConfig(overrides={"dialect": "snowflake", "templater": "raw", "max_parse_depth": 0}))
    faults = []
    # Statements that differ in numbers alone have one grammar: parse one of each.
    shapes = {re.sub(r"\d+", "1", statement): statement for statement in sorted(statements)}
    for statement in shapes.values():
        if statement.startswith("alter iceberg table"):
            assert VERSION_TAG.fullmatch(statement), statement
            continue
        parsed = linter.parse_string(VERSION_SELECTOR[0].sub(VERSION_SELECTOR[1], statement))
        faults += [(statement, violation.desc()) for violation in parsed.violations]
        names = (
            {function.raw.lower() for function in parsed.tree.recursive_crawl("function_name")}
            if parsed.tree
            else set()
        )
        faults += [(statement, f"unknown function {name}") for name in names - FUNCTIONS]
    assert faults == []
