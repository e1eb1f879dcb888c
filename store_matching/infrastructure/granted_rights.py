"""What Terraform grants, read from its state: objects, direct rights and ownership, and who inherits from whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from store_matching.infrastructure.account_rights import BOOTSTRAP, of_the_administrator
from store_matching.infrastructure.environment_names import PUBLIC, EnvironmentNames
from store_matching.infrastructure.terraform_state import resources

SCHEMA_CREATES = ("TABLE", "ICEBERG TABLE", "VIEW", "SEQUENCE", "STAGE", "PROCEDURE", "FUNCTION")
PRIVILEGES = {
    "account": (
        "CREATE DATABASE",
        "CREATE ROLE",
        "CREATE USER",
        "CREATE INTEGRATION",
        "CREATE EXTERNAL VOLUME",
        "CREATE NETWORK POLICY",
        "MANAGE GRANTS",
        "EXECUTE ALERT",
        "EXECUTE MANAGED ALERT",
        "MONITOR USAGE",
    ),
    "database": ("USAGE", "CREATE SCHEMA", "OWNERSHIP"),
    "schema": ("USAGE", *(f"CREATE {kind}" for kind in SCHEMA_CREATES), "OWNERSHIP"),
    "relation": ("SELECT", "INSERT", "UPDATE", "DELETE", "OWNERSHIP"),
    "stage": ("USAGE", "READ", "WRITE", "OWNERSHIP"),
    "procedure": ("USAGE", "OWNERSHIP"),
    "warehouse": ("USAGE", "OPERATE", "MODIFY", "MONITOR", "OWNERSHIP"),
    "external volume": ("USAGE", "OWNERSHIP"),
    "integration": ("USAGE", "OWNERSHIP"),
}
# Who makes what a provider of this alias makes, and owns it; the account administrator is none of the roles.
MAKERS = {"": "administrator", "loader": "loader", "account_administrator": None}
RESOURCE_KINDS = {
    "snowflake_database": "database",
    "snowflake_schema": "schema",
    "snowflake_table": "relation",
    "snowflake_iceberg_table": "relation",
    "snowflake_stage_internal": "stage",
    "snowflake_stage_external_s3": "stage",
    "snowflake_procedure_sql": "procedure",
    "snowflake_warehouse": "warehouse",
    "snowflake_external_volume": "external volume",
    "snowflake_storage_integration_aws": "integration",
}
# Neither what the matrix has rows for nor what gives a right. Any other kind is an error until somebody decides which.
WITHOUT_RIGHTS = {
    "snowflake_account_role",
    "snowflake_alert",
    "snowflake_email_notification_integration",
    "snowflake_network_policy",
    "snowflake_resource_monitor",
    "snowflake_service_user",
}
GRANTS = {
    "snowflake_grant_account_role",
    "snowflake_grant_ownership",
    "snowflake_grant_privileges_to_account_role",
}
INSIDE = ("schema", "relation", "stage", "procedure")
RELATION_KINDS = {"TABLES": "TABLE", "ICEBERG TABLES": "ICEBERG TABLE", "VIEWS": "VIEW"}
# What macros/releases/snowflake makes for each release, with the rights of MART.
RELEASE = "RELEASE_<n>"


@dataclass(frozen=True)
class Thing:
    """An object of the account: its kind (a key of PRIVILEGES), the schema that it lies in, and its name.

    name: without suffix and, for what lies in a schema, without that; 'future TABLE' stands for tables that will come,
          'future TABLE of publisher' for those that one role will make and own
    """

    kind: str
    schema: str
    name: str

    def matrix_name(self) -> str:
        """Return the name of the matrix's row."""
        if self.kind == "relation":
            alone = self.schema == "OPS" and not self.name.startswith("future ")
            return f"OPS.{self.name}" if alone else f"relations in {self.schema}"
        if self.kind in ("account", "database"):
            return self.kind
        return f"{self.kind} {f'{self.schema}.' if self.schema else ''}{self.name}"


ACCOUNT = Thing("account", "", "account")


@dataclass
class Granted:
    """What Terraform's state grants.

    things: every object
    direct: (role, object, privilege), OWNERSHIP among the privileges
    parents: by role, the roles that inherit from it; from PUBLIC every one does
    users: by name, the roles that a user is given
    """

    things: set[Thing] = field(default_factory=set)
    direct: set[tuple[str, Thing, str]] = field(default_factory=set)
    parents: dict[str, set[str]] = field(default_factory=dict)
    users: dict[str, set[str]] = field(default_factory=dict)

    def roles(self) -> set[str]:
        """Return every role that has a right or inherits one."""
        return {role for role, _, _ in self.direct} | set(self.parents) | set().union(*self.parents.values())


def granted(state: dict[str, Any]) -> Granted:
    """Read what `terraform show -json` prints of a state, each resource with its provider_alias (`with_aliases`).

    Raises ValueError for a grant that this module cannot judge, so that none is overlooked.
    """
    made = [(resource["type"], resource["values"]) for resource in resources(state)]
    for kind in {kind for kind, _ in made} - set(RESOURCE_KINDS) - WITHOUT_RIGHTS - GRANTS:
        raise ValueError(f"{kind} is a kind of resource that the matrix does not know: does it give rights?")
    names = EnvironmentNames(_the_database(made))
    found = Granted(things={thing for kind, values in made for thing in _things(kind, values, names)})
    owners = {
        thing: MAKERS[resource["provider_alias"]]
        for resource in resources(state)
        for thing in _things(resource["type"], resource["values"], names)
        if not thing.name.startswith("future ")
    }
    given: set[Thing] = set()
    roles = {names.role(values["name"]) for kind, values in made if kind == "snowflake_account_role"}
    found.parents[PUBLIC] = {*roles, *filter(None, MAKERS.values())}
    for kind, values in made:
        if kind == "snowflake_grant_account_role":
            role = names.role(values["role_name"])
            if values["parent_role_name"]:
                found.parents.setdefault(role, set()).add(names.role(values["parent_role_name"]))
            else:
                found.users.setdefault(values["user_name"], set()).add(role)
        elif kind == "snowflake_grant_ownership":
            (on,) = values["on"]
            thing = _target(on, names)
            if thing in given:
                raise ValueError(f"given to two roles, and the last to be applied has it: {on}")
            given.add(thing)
            owners[thing] = names.role(values["account_role_name"])
        elif kind == "snowflake_grant_privileges_to_account_role":
            if values["with_grant_option"] or values["all_privileges"]:
                raise ValueError(f"a grant that the matrix does not know: {values}")
            thing = _privilege_target(values, names)
            role = names.role(values["account_role_name"])
            found.direct |= {(role, thing, privilege) for privilege in values["privileges"]}
    found.direct |= {(role, thing, "OWNERSHIP") for thing, role in owners.items() if role}
    of_account = of_the_administrator(BOOTSTRAP.read_text(encoding="utf-8"))
    found.things.add(ACCOUNT)
    found.direct |= {(MAKERS[""], ACCOUNT, privilege) for privilege in of_account}
    _own_what_they_make(found, set(owners))
    _add_release(found)
    return found


def _own_what_they_make(found: Granted, owned: set[Thing]) -> None:
    owners = {thing.name: role for role, thing, privilege in found.direct if _owns_schema(thing, privilege)}
    creates = {
        (role, thing.name, privilege.removeprefix("CREATE "))
        for role, thing, privilege in found.direct
        if thing.kind == "schema" and privilege.startswith("CREATE ")
    }
    creates |= {(role, schema, kind) for schema, role in owners.items() for kind in SCHEMA_CREATES}
    makers: dict[Thing, set[str]] = {}
    for role, schema, kind in creates:
        future = Thing("relation", schema, f"future {kind}")
        if future in found.things and future not in owned:
            makers.setdefault(future, set()).add(role)
    for future, roles in makers.items():
        rights = {(role, privilege) for role, thing, privilege in found.direct if thing == future}
        found.things.remove(future)
        found.direct -= {(role, future, privilege) for role, privilege in rights}
        for maker in roles:
            of_maker = Thing("relation", future.schema, f"{future.name} of {maker}")
            found.things.add(of_maker)
            found.direct |= {(role, of_maker, privilege) for role, privilege in {*rights, (maker, "OWNERSHIP")}}


def _owns_schema(thing: Thing, privilege: str) -> bool:
    return thing.kind == "schema" and privilege == "OWNERSHIP"


def _add_release(found: Granted) -> None:
    release = {thing: Thing(thing.kind, RELEASE if thing.schema else "", _in_release(thing)) for thing in found.things}
    of_mart = {thing: copy for thing, copy in release.items() if "MART" in (thing.schema, thing.name)}
    found.things |= set(of_mart.values())
    found.direct |= {(role, of_mart[thing], privilege) for role, thing, privilege in found.direct if thing in of_mart}


def _in_release(thing: Thing) -> str:
    return thing.name if thing.schema else RELEASE


def _the_database(made: list[tuple[str, dict[str, Any]]]) -> str:
    (name,) = (values["name"] for kind, values in made if kind == "snowflake_database")
    return name


def _things(resource_type: str, values: dict[str, Any], names: EnvironmentNames) -> Iterator[Thing]:
    kind = RESOURCE_KINDS.get(resource_type)
    if kind is None:
        return
    if kind == "schema":
        yield from (Thing("relation", values["name"], f"future {name}") for name in RELATION_KINDS.values())
    yield Thing(kind, values.get("schema") or "", _plain(kind, values["name"], names))


def _privilege_target(values: dict[str, Any], names: EnvironmentNames) -> Thing:
    if values["on_account"]:
        return ACCOUNT
    for key in ("on_account_object", "on_schema", "on_schema_object"):
        for on in values[key]:
            if key == "on_schema":
                if not on["schema_name"]:
                    raise ValueError(f"a grant on all schemas, which the matrix does not know: {values}")
                return Thing("schema", "", names.inside(on["schema_name"], values)[-1])
            return _target(on, names)
    raise ValueError(f"a grant on nothing: {values}")


def _target(on: dict[str, Any], names: EnvironmentNames) -> Thing:
    for future in on.get("future", ()):
        if not future["in_schema"]:
            raise ValueError(f"a future grant in the whole database, which the matrix does not know: {on}")
        if future["object_type_plural"] not in RELATION_KINDS:
            raise ValueError(f"a future grant that the matrix does not know: {on}")
        schema = names.inside(future["in_schema"], on)[-1]
        return Thing("relation", schema, f"future {RELATION_KINDS[future['object_type_plural']]}")
    if on.get("all") or on.get("inherited") or not on["object_name"]:
        raise ValueError(f"a grant that the matrix does not know: {on}")
    kind = on["object_type"].lower()
    kind = "relation" if on["object_type"] in RELATION_KINDS.values() else kind
    if kind not in PRIVILEGES:
        raise ValueError(f"a grant on a kind of object that the matrix does not know: {on}")
    name = re.sub(r"\(.*\)$", "", on["object_name"])
    if kind not in INSIDE:
        return Thing(kind, "", _plain(kind, name.strip('"'), names))
    schema, *rest = names.inside(name, on)
    return Thing(kind, schema, rest[-1]) if rest else Thing(kind, "", schema)


def _plain(kind: str, name: str, names: EnvironmentNames) -> str:
    return name if kind in INSIDE else names.without_suffix(name)
