"""What each role may do, cell by cell: terraform/rights_matrix.csv against what Terraform grants."""

import copy
import re

import pytest

from store_matching.infrastructure.effective_rights import cells, rows
from store_matching.infrastructure.granted_rights import PRIVILEGES, Granted, granted
from store_matching.infrastructure.terraform_state import remove_resource, resources
from tests.terraform.rights_matrix import differences, expected, expected_cells

GRANT = "snowflake_grant_privileges_to_account_role"
RIGHTS = re.compile(rf"^module\.stack\.module\.(object_)?rights\.{GRANT}\.")
# Given to roles that inherit them as well, and so not missed by the matrix:
ALSO_INHERITED = {
    # whether inheriting is enough for the owner of an Iceberg table is not documented
    'volume["publisher"] USAGE',
    # WRITE on a stage cannot be given without READ
    'stages["packages publisher"] READ',
    # what a role cannot do without does not hang on a role that it happens to inherit from
    'database["transformer"] USAGE',
    'schemas["transformer OPS"] USAGE',
    'schemas["transformer RAW"] USAGE',
    'warehouses_of_administrator["STORE_READ"] USAGE',
}


SCHEMA_OWNED = ("schema", "OWNERSHIP")


@pytest.fixture
def state(applied):
    """The state of `dev`, a copy that may be changed."""
    return copy.deepcopy(applied[1])


@pytest.mark.parametrize("environment", ["dev", "test", "prod"])
def test_every_cell_is_as_the_matrix_says(every_state, environment):
    state = every_state[environment]
    found = granted(state)
    assert set(rows(found)) == set(expected()[1]), "every object needs a row, every row an object"
    assert differences(state) == []
    roles = expected()[0]
    assert len(expected_cells(found)) == sum(len(PRIVILEGES[kind]) for kind in rows(found).values()) * len(roles)


@pytest.mark.parametrize("privilege", ["INSERT", "UPDATE", "DELETE", "OWNERSHIP"])
@pytest.mark.parametrize(("row", "writers"), [("relations in RAW", {"loader"}), ("relations in MART", {"publisher"})])
def test_nobody_else_writes(state, row, writers, privilege):
    roles = expected()[0]
    answers = cells(granted(state), roles)
    assert {role for role in roles if answers[row, role, privilege]} == writers


def test_an_analyst_reads_nothing_but_what_is_released(state):
    found = granted(state)
    read = {row for (row, _, _), allowed in cells(found, ("analyst",)).items() if allowed is not False}
    assert read == {
        "database",
        "schema MART",
        "schema RELEASE_<n>",
        "relations in MART",
        "relations in RELEASE_<n>",
        "warehouse STORE_READ",
    }


def test_whatever_a_pull_request_does_it_changes_nothing_here(every_state):
    """Its code runs as STORE_CI, before anybody has read it."""
    for state in every_state.values():
        answers = cells(granted(state), ("ci",))
        allowed = {privilege for (_, _, privilege), answer in answers.items() if answer is not False}
        # A database that it makes is its own; it cannot take the place of one that it does not own.
        assert allowed == {"CREATE DATABASE", "USAGE", "SELECT"}


def test_every_grant_that_is_taken_away_is_noticed(state):
    unnoticed = set()
    for kind in (GRANT, "snowflake_grant_ownership", "snowflake_grant_account_role"):
        for index in range(len(resources(state, kind))):
            changed = copy.deepcopy(state)
            taken = _take_away(changed, kind, index)
            privileges = taken["values"].get("privileges", ["it"])
            if not differences(changed):
                unnoticed |= {f"{taken['address']} {privilege}" for privilege in privileges}
            for privilege in privileges if len(privileges) > 1 else ():
                narrowed = copy.deepcopy(state)
                resources(narrowed, kind)[index]["values"]["privileges"].remove(privilege)
                if not differences(narrowed):
                    unnoticed.add(f"{taken['address']} {privilege}")
    assert {RIGHTS.sub("", text) for text in unnoticed} == ALSO_INHERITED


def _take_away(state: dict, kind: str, index: int) -> dict:
    taken = resources(state, kind)[index]
    remove_resource(state, taken)
    return taken


def test_every_refused_right_is_noticed_when_it_is_granted(state):
    found = granted(state)
    refused = [cell for cell, allowed in expected_cells(found).items() if not allowed and "RELEASE_<n>" not in cell[0]]
    assert len(refused) > 1000
    wanted = expected_cells(found)
    roles = expected()[0]
    for row, role, privilege in refused:
        thing = min((thing for thing in found.things if thing.matrix_name() == row), key=str)
        way_in = {
            (role, other, "USAGE")
            for other in found.things
            if thing.schema and (other.kind == "database" or (other.kind, other.name) == ("schema", thing.schema))
        }
        changed = Granted(found.things, found.direct | way_in | {(role, thing, privilege)}, found.parents)
        assert cells(changed, roles)[row, role, privilege] is not wanted[row, role, privilege], (row, role, privilege)


def test_a_grant_in_the_configuration_that_goes_too_far_is_noticed(make_workspace):
    workspace = make_workspace()
    rights = "terraform/modules/rights/main.tf"
    workspace.edit(rights, 'analyst   = { MART = ["USAGE"] }', 'analyst   = { MART = ["USAGE"], GOLD = ["USAGE"] }')
    workspace.edit(rights, 'analyst = ["MART"], ci', 'analyst = ["MART", "GOLD"], ci')
    found = differences(workspace.apply("prod"))
    # Whoever inherits from the analyst may too.
    readers = ("analyst", "steward", "administrator")
    assert {text for text in found if "relations in GOLD" in text} == {
        f"{role} SELECT relations in GOLD: allowed" for role in readers
    }
    assert {text for text in found if "schema GOLD" in text} == {
        f"{role} USAGE schema GOLD: allowed" for role in readers
    }
    assert len(found) == 6


def test_ownership_goes_only_to_roles_that_the_owner_of_the_schema_inherits_from(state):
    """Snowflake refuses anything else in a schema of managed access."""
    found = granted(state)
    owners = {thing.name: role for role, thing, privilege in found.direct if (thing.kind, privilege) == SCHEMA_OWNED}
    given = [resource["values"] for resource in resources(state, "snowflake_grant_ownership")]
    schemas = {_name(on["object_name"]) for values in given for on in values["on"] if on["object_type"] == "SCHEMA"}
    assert {owners[schema] for schema in schemas} == {"publisher", "loader"}
    futures = {
        (_name(future["in_schema"]), values["account_role_name"])
        for values in given
        for future in values["on"][0]["future"]
    }
    assert len(futures) == 7
    for schema, role in futures:
        assert role == "STORE_TRANSFORMER_DEV"
        assert owners[schema] in found.parents["transformer"], schema
    # Nothing is given away but these: three kinds of relations in each, and schemas.
    assert len(given) == len(schemas) + 3 * len(futures)


def _name(full_name: str) -> str:
    return full_name.split(".")[-1].strip('"')


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"with_grant_option": True}, "does not know"),
        ({"all_privileges": True}, "does not know"),
        ({"privileges": ["APPLY"]}, "no privilege that the matrix has"),
        ({"on_schema": [{"schema_name": "", "all_schemas_in_database": "X"}]}, "on all schemas"),
        ({"on_schema": [{"schema_name": '"STORE_MATCHING_DEV"."OTHER"'}]}, "does not make"),
    ],
)
def test_a_grant_that_the_matrix_cannot_judge_is_an_error(state, change, message):
    grant = next(found for found in resources(state, GRANT) if found.get("index") == "analyst MART")
    grant["values"].update(change)
    with pytest.raises(ValueError, match=message):
        differences(state)
