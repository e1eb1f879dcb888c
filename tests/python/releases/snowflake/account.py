"""What the tests of releases on Snowflake share: land stores, look at MART, OPS and schemas, die at a statement."""

import re

from store_matching.operations.snowflake_functions import SNOWFLAKE_FUNCTIONS
from tests.python.releases.snowflake.stand_in import Killed

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


def outcome_of_last_run(account):
    return account.value("select max_by(outcome, started_at) from OPS.runs")


def begin_and_die(project, account):
    account.before = die_at("create or replace transient table STORE_MATCHING.STAGING.store_matches")
    assert not project.run(account, "build").success
    account.forget()
    return account.value("select max_by(run_id, started_at) from OPS.runs")


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


GIVE_UP = "update OPS.releases set release_status = 'abandoned' where release_status = 'candidate';"


REMOVE = """
    drop schema if exists MART_CANDIDATE_2 cascade;
    update OPS.active_release set release_id = 1;
    drop schema if exists RELEASE_2 cascade;
"""


def lose_answer_of(beginning):
    """A run whose session ends when the first statement that begins so has taken effect: its answer never comes."""
    sent = []

    def check(statement):
        if sent:
            raise Killed("the connection was reset")
        if statement.startswith(beginning):
            sent.append(statement)

    return check


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


CLAIM = """
    insert into OPS.reprocess_triggers (trigger_id, store_key, trigger_status, attempts, created_at, claimed_run_id)
    select 'T', 'GI:1', 'claimed', 0, sysdate(), max_by(run_id, started_at) from OPS.runs;
"""


def fail_at(beginning):
    """Let statements that begin so fail, and nothing else."""

    def check(statement):
        if statement.startswith(beginning):
            raise Killed("no such warehouse")

    return check
