"""A right that is declared anywhere, in any way, and that the matrix does not name is noticed."""

import copy

import pytest

from store_matching.infrastructure.account_rights import BOOTSTRAP, of_the_administrator
from store_matching.infrastructure.terraform_state import remove_resource, resources
from tests.terraform.conftest import Workspace
from tests.terraform.rights_matrix import differences

PRIVILEGES = "snowflake_grant_privileges_to_account_role"
OWNERSHIP = "snowflake_grant_ownership"
ROLE = "snowflake_grant_account_role"
TABLE = r"\"STORE_MATCHING_DEV\".\"OPS\".\"RUNS\""
SCHEMA = r"\"STORE_MATCHING_DEV\".\"{}\""
ON_TABLE = f'on_schema_object {{\n object_type = "TABLE"\n object_name = "{TABLE}"\n }}'


def privileges(role: str, names: str, on: str) -> tuple[str, str]:
    return PRIVILEGES, f'account_role_name = "{role}"\n {names}\n {on}'


def future(schema: str, kind: str) -> str:
    return f'future {{\n object_type_plural = "{kind}"\n in_schema = "{SCHEMA.format(schema)}"\n }}'


def schema(name: str) -> str:
    return f'on_schema {{\n schema_name = "{SCHEMA.format(name)}"\n }}'


def account_object(kind: str, name: str) -> str:
    return f'on_account_object {{\n object_type = "{kind}"\n object_name = "{name}"\n }}'


SELECT, USAGE = 'privileges = ["SELECT"]', 'privileges = ["USAGE"]'
# name: (type of the resource, its body)
STRAYS = {
    "a_privilege": privileges("STORE_STEWARD_DEV", SELECT, ON_TABLE),
    "a_privilege_without_a_way_to_use_it": privileges("STORE_ANALYST_DEV", SELECT, ON_TABLE),
    "a_future_privilege": privileges(
        "STORE_SENTINEL_DEV", 'privileges = ["INSERT"]', f"on_schema_object {{\n {future('RAW', 'ICEBERG TABLES')}\n }}"
    ),
    "a_privilege_in_all_schemas": privileges(
        "STORE_ANALYST_DEV", USAGE, 'on_schema {\n all_schemas_in_database = "STORE_MATCHING_DEV"\n }'
    ),
    "all_privileges": privileges("STORE_STEWARD_DEV", "all_privileges = true", ON_TABLE),
    "a_privilege_to_hand_on": privileges(
        "STORE_ANALYST_DEV", f"{USAGE}\n with_grant_option = true", account_object("WAREHOUSE", "STORE_READ_DEV")
    ),
    "a_privilege_on_the_account": privileges(
        "STORE_TRANSFORMER_DEV", 'privileges = ["MANAGE GRANTS"]\n on_account = true', ""
    ),
    "a_privilege_of_public": privileges("PUBLIC", USAGE, account_object("WAREHOUSE", "STORE_READ_DEV")),
    "a_privilege_of_a_role_of_the_account": privileges("SYSADMIN", USAGE, schema("RAW")),
    "a_privilege_of_another_environments_role": privileges("STORE_ANALYST", USAGE, schema("MART")),
    "a_privilege_in_another_environment": privileges(
        "STORE_ANALYST_DEV", USAGE, account_object("DATABASE", "STORE_MATCHING")
    ),
    "ownership_of_a_schema": (
        OWNERSHIP,
        'account_role_name = "STORE_TRANSFORMER_DEV"\n'
        f'on {{\n object_type = "SCHEMA"\n object_name = "{SCHEMA.format("MART")}"\n }}',
    ),
    "ownership_of_a_table": (
        OWNERSHIP,
        f'account_role_name = "STORE_TRANSFORMER_DEV"\non {{\n object_type = "TABLE"\n object_name = "{TABLE}"\n }}',
    ),
    "future_ownership": (
        OWNERSHIP,
        f'account_role_name = "STORE_TRANSFORMER_DEV"\non {{\n {future("MART", "VIEWS")}\n }}',
    ),
    "ownership_of_a_role": (
        OWNERSHIP,
        'account_role_name = "STORE_TRANSFORMER_DEV"\n'
        'on {\n object_type = "ROLE"\n object_name = "STORE_PUBLISHER_DEV"\n }',
    ),
    "a_role_to_a_role": (ROLE, 'role_name = "STORE_LOADER_DEV"\nparent_role_name = "STORE_PUBLISHER_DEV"'),
    "a_role_to_a_role_of_the_account": (ROLE, 'role_name = "STORE_LOADER_DEV"\nparent_role_name = "SYSADMIN"'),
    "a_role_to_public": (ROLE, 'role_name = "STORE_ANALYST_DEV"\nparent_role_name = "PUBLIC"'),
    "a_role_to_a_user": (ROLE, 'role_name = "STORE_PUBLISHER_DEV"\nuser_name = "STORE_READER_SERVICE_DEV"'),
    "a_role_to_somebody": (ROLE, 'role_name = "STORE_ANALYST_DEV"\nuser_name = "SOMEBODY"'),
}
# Where nobody looks for a grant.
FILES = ("terraform/environments/dev/stray.tf", "terraform/modules/alerts/stray.tf")


@pytest.fixture(scope="module")
def strays(tmp_path_factory):
    """A state with every stray grant, made by Terraform from its configuration."""
    with Workspace(tmp_path_factory.mktemp("strays") / "workspace") as workspace:
        for number, (name, (kind, body)) in enumerate(STRAYS.items()):
            with (workspace.root / FILES[number % 2]).open("a", encoding="utf-8") as file:
                file.write(f'resource "{kind}" "{name}" {{\n{body}\n}}\n')
        return workspace.apply("dev")


def alone(state: dict, kept: str | None) -> dict:
    """The state without the stray grants, or with one."""
    state = copy.deepcopy(state)
    for resource in resources(state):
        if resource["name"] in STRAYS and resource["name"] != kept:
            remove_resource(state, resource)
    return state


def test_without_the_stray_grants_the_matrix_holds(strays):
    assert {resource["name"] for resource in resources(strays)} >= set(STRAYS)
    assert differences(alone(strays, None)) == []


@pytest.mark.parametrize("name", STRAYS)
def test_a_stray_grant_is_noticed(strays, name):
    try:
        found = differences(alone(strays, name))
    except ValueError as unknown:
        found = [str(unknown)]
    assert found


@pytest.mark.parametrize("kind", ["snowflake_grant_privileges_to_database_role", "snowflake_execute", "snowflake_view"])
def test_a_kind_of_resource_that_may_give_rights_is_an_error(applied, kind):
    """A grant of a database role, SQL, and an object for which the matrix has no row."""
    state = copy.deepcopy(applied[1])
    state["values"]["root_module"].setdefault("resources", []).append(
        {"address": f"{kind}.stray", "type": kind, "name": "stray", "provider_alias": "", "values": {}}
    )
    with pytest.raises(ValueError, match=f"{kind} is a kind of resource that the matrix does not know"):
        differences(state)


@pytest.mark.parametrize(
    "grant",
    [
        "grant role STORE_ADMINISTRATOR to role PUBLIC",
        "GRANT ROLE STORE_PUBLISHER TO USER STORE_TERRAFORM",
        "grant manage grants on account to role STORE_ADMINISTRATOR with grant option",
        "grant create database on account to role STORE_TRANSFORMER",
        "grant usage on database STORE_MATCHING to role STORE_ADMINISTRATOR",
    ],
)
def test_a_stray_grant_of_bootstrap_is_an_error(grant):
    sql = BOOTSTRAP.read_text(encoding="utf-8")
    assert "MANAGE GRANTS" in of_the_administrator(sql)
    with pytest.raises(ValueError, match="grants what the matrix does not know"):
        of_the_administrator(f"{sql}\n{grant};\n")


def test_a_privilege_on_the_account_that_bootstrap_gives_as_well_is_noticed(monkeypatch, tmp_path, applied):
    bootstrap = tmp_path / "bootstrap.sql"
    text = BOOTSTRAP.read_text(encoding="utf-8")
    monkeypatch.setattr("store_matching.infrastructure.granted_rights.BOOTSTRAP", bootstrap)
    bootstrap.write_text(text.replace("execute alert, ", ""), encoding="utf-8")
    assert differences(applied[1]) == ["administrator EXECUTE ALERT account: refused"]
    bootstrap.write_text(text.replace("execute alert, ", "execute alert, manage warehouses, "), encoding="utf-8")
    with pytest.raises(ValueError, match="MANAGE WAREHOUSES on account is no privilege that the matrix has"):
        differences(applied[1])
