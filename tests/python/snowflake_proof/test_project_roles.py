"""The claims about the project's roles, on accounts that have them as terraform/rights_matrix.csv says, or not."""

import re

import pytest

from store_matching.contracts.table_contracts import FOLDER, read_table_contracts
from store_matching.snowflake_proof.as_role import WAREHOUSES
from store_matching.snowflake_proof.claims import GROUPS
from store_matching.snowflake_proof.claims.project_roles import UNRELEASED
from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.scratch import scratch_of
from store_matching.snowflake_proof.session import Session
from store_matching.snowflake_proof.try_claims import try_claims
from store_matching.snowflake_proof.verdicts import Verdict
from tests.python.snowflake_proof.account import refusal
from tests.python.snowflake_proof.roles_account import DATABASE, OWN, RolesAccount

CLAIMS = GROUPS["project_roles"]
# What may reach the environment at all: nothing that could change a row or an object that is there.
HARMLESS = re.compile(
    r".* where false|use (role|warehouse|schema) \S+|select current_\w+\(\)|begin|rollback|show views in schema \S+"
    rf'|create view {DATABASE}\.MART\."MART_STORES" as select 1 as nothing'
)


def tried(account, environment=DATABASE):
    scratch = scratch_of("0A1B2C3D", None, DATABASE)
    proof = Proof(Session(account, lambda text: text), scratch, None, environment=environment)
    return {outcome.claim.name: outcome for outcome in try_claims(proof, list(CLAIMS), lambda _: None)}


def verdicts(account, **options):
    return {name: str(outcome.verdict) for name, outcome in tried(account, **options).items()}


def test_all_hold_where_the_roles_are_as_the_matrix_says():
    outcomes = tried(RolesAccount(*WAREHOUSES))
    assert {outcome.verdict for outcome in outcomes.values()} == {Verdict.HOLDS}, outcomes
    assert outcomes["nobody_else_writes_raw"].seen.count("_TEST") == len(WAREHOUSES) - 1
    assert "not tried" not in outcomes["nobody_else_writes_raw"].seen


@pytest.mark.parametrize(
    ("row", "role", "right", "claim"),
    [
        ("relations in RAW", "loader", "SELECT", "loader_writes_raw"),
        *(("relations in RAW", "publisher", f"SELECT + {right}", "nobody_else_writes_raw")
          for right in ("INSERT", "UPDATE", "DELETE")),
        ("schema MART", "transformer", "USAGE + CREATE VIEW", "nobody_else_makes_mart"),
        ("OPS.ACTIVE_RELEASE", "transformer", "SELECT + UPDATE", "transformer_publishes_nothing"),
        ("relations in MART", "analyst", "none", "analyst_reads_what_is_released"),
    ],
)  # fmt: skip
def test_a_right_that_is_wrong_is_seen(row, role, right, claim):
    account = RolesAccount(*WAREHOUSES)
    account.rights[row][role] = right
    found = verdicts(account)
    assert found.pop(claim) in ("fails", "not allowed")
    assert set(found.values()) == {"holds"}


@pytest.mark.parametrize("schema", ["RAW", "STAGING", "GOLD"])
def test_an_analyst_who_reads_more_is_seen(schema):
    account = RolesAccount(*WAREHOUSES)
    account.rights[f"schema {schema}"]["analyst"] = "USAGE"
    account.rights[f"relations in {schema}"]["analyst"] = "SELECT"
    outcome = tried(account)["analyst_reads_what_is_released"]
    assert outcome.verdict == Verdict.FAILS
    assert f"STORE_ANALYST_TEST may read {DATABASE}.{schema}." in outcome.seen


def test_without_the_roles_nothing_is_said():
    outcomes = tried(RolesAccount())
    assert {outcome.verdict for outcome in outcomes.values()} == {Verdict.NOT_RUN}
    assert "grant role STORE_LOADER_TEST to user …" in outcomes["loader_writes_raw"].seen


def test_roles_that_the_user_has_not_are_named():
    outcomes = tried(RolesAccount("loader", "publisher", "administrator"))
    seen = outcomes["nobody_else_writes_raw"].seen
    assert seen.startswith("refused: STORE_PUBLISHER_TEST, STORE_ADMINISTRATOR_TEST; not tried, because")
    assert "STORE_ANALYST_TEST" in seen
    assert outcomes["analyst_reads_what_is_released"].verdict == Verdict.NOT_RUN


def test_what_nobody_sees_is_not_taken_for_refused():
    assert verdicts(RolesAccount("analyst", "steward"))["nobody_else_writes_raw"] == "not run"
    found = verdicts(RolesAccount(*WAREHOUSES, views=()))
    assert found["nobody_else_makes_mart"] == found["analyst_reads_what_is_released"] == "not run"


def test_a_warehouse_that_is_missing_is_not_taken_for_a_refusal():
    account = RolesAccount(*WAREHOUSES)
    account.answers["delete from"] = refusal(606, "57P03", "No active warehouse selected in the current session.")
    assert verdicts(account)["nobody_else_writes_raw"] == "not allowed"


def test_an_account_without_roles_is_told():
    account = RolesAccount(*WAREHOUSES)
    account.answers["use role"] = refusal(1003, "42000", "syntax error line 1 at position 4 unexpected 'role'")
    assert set(verdicts(account).values()) == {"not supported here"}


def test_a_connection_that_breaks_is_not_taken_for_a_missing_role():
    account = RolesAccount(*WAREHOUSES)
    account.answers["use role"] = refusal(250001, "08001", "Could not connect to Snowflake backend")
    assert verdicts(account)["nobody_else_writes_raw"] == "fails"


def test_a_role_that_nobody_made_is_one_that_the_user_has_not():
    account = RolesAccount(*WAREHOUSES)
    account.answers["use role STORE_"] = refusal(
        2043, "02000", "Object does not exist, or operation cannot be performed."
    )
    assert set(verdicts(account).values()) == {"not run"}


def test_another_database_has_none_of_these_roles():
    assert set(verdicts(RolesAccount(*WAREHOUSES), environment="ANALYTICS").values()) == {"not run"}


def test_nothing_is_changed_and_the_session_is_as_it_was():
    account = RolesAccount(*WAREHOUSES)
    tried(account)
    assert [statement for statement in account.asked if not HARMLESS.fullmatch(statement)] == []
    assert account.role == OWN
    begun = [statement for statement in account.asked if statement in ("begin", "rollback")]
    assert begun == ["begin", "rollback"] * begun.count("begin")


def test_what_the_analyst_may_not_read_is_there(repository):
    """A name that nothing has would be refused on every account."""
    # As generate_alias_name names them.
    made = {
        f"{layer}.{file.stem.removeprefix(prefix)}"
        for layer, prefix in (("staging", "stg_"), ("gold", "gold_"))
        for file in (repository / "models" / layer).rglob("*.sql")
    }
    made |= {
        f"{layer}.{table.name}" for layer in ("raw", "ops") for table in read_table_contracts(FOLDER / f"{layer}.yml")
    }
    assert {name.lower() for name in UNRELEASED} <= made
