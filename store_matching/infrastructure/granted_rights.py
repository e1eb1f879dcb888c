"""What Terraform grants, read from its state: objects, direct rights and ownership, and who inherits from whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from store_matching.infrastructure.terraform_state import resources

SCHEMA_CREATES = ("TABLE", "ICEBERG TABLE", "VIEW", "SEQUENCE", "STAGE", "PROCEDURE", "FUNCTION")
PRIVILEGES = {
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
        if self.kind == "database":
            return self.kind
        return f"{self.kind} {f'{self.schema}.' if self.schema else ''}{self.name}"


@dataclass
class Granted:
    """What Terraform's state grants.

    things: every object
    direct: (role, object, privilege), OWNERSHIP among the privileges
    parents: by role, the roles that inherit from it
    """

    things: set[Thing] = field(default_factory=set)
    direct: set[tuple[str, Thing, str]] = field(default_factory=set)
    parents: dict[str, set[str]] = field(default_factory=dict)


def granted(state: dict[str, Any]) -> Granted:
    """Read what `terraform show -json` prints of a state, each resource with its provider_alias (`with_aliases`).

    Raises ValueError for a grant that this module cannot judge, so that none is overlooked.
    """
    made = [(resource["type"], resource["values"]) for resource in resources(state)]
    found = Granted(things={thing for kind, values in made for thing in _things(kind, values)})
    owners = {
        thing: MAKERS[resource["provider_alias"]]
        for resource in resources(state)
        for thing in _things(resource["type"], resource["values"])
        if not thing.name.startswith("future ")
    }
    for kind, values in made:
        if kind == "snowflake_grant_account_role" and values["parent_role_name"]:
            parent = _role(values["parent_role_name"])
            found.parents.setdefault(_role(values["role_name"]), set()).add(parent)
        elif kind == "snowflake_grant_ownership":
            (on,) = values["on"]
            thing = _target(on)
            owners[thing] = _role(values["account_role_name"])
        elif kind == "snowflake_grant_privileges_to_account_role":
            if values["with_grant_option"] or values["all_privileges"] or values["on_account"]:
                raise ValueError(f"a grant that the matrix does not know: {values}")
            thing = _privilege_target(values)
            found.direct |= {
                (_role(values["account_role_name"]), thing, privilege) for privilege in values["privileges"]
            }
    found.direct |= {(role, thing, "OWNERSHIP") for thing, role in owners.items() if role}
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


def _things(resource_type: str, values: dict[str, Any]) -> Iterator[Thing]:
    kind = RESOURCE_KINDS.get(resource_type)
    if kind is None:
        return
    if kind == "schema":
        yield from (Thing("relation", values["name"], f"future {name}") for name in RELATION_KINDS.values())
    yield Thing(kind, values.get("schema") or "", _plain(kind, values["name"]))


def _privilege_target(values: dict[str, Any]) -> Thing:
    for key in ("on_account_object", "on_schema", "on_schema_object"):
        for on in values[key]:
            if key == "on_schema":
                if not on["schema_name"]:
                    raise ValueError(f"a grant on all schemas, which the matrix does not know: {values}")
                return Thing("schema", "", _last(on["schema_name"]))
            return _target(on)
    raise ValueError(f"a grant on nothing: {values}")


def _target(on: dict[str, Any]) -> Thing:
    for future in on.get("future", ()):
        if not future["in_schema"]:
            raise ValueError(f"a future grant in the whole database, which the matrix does not know: {on}")
        return Thing("relation", _last(future["in_schema"]), f"future {RELATION_KINDS[future['object_type_plural']]}")
    if on.get("all") or on.get("inherited") or not on["object_name"]:
        raise ValueError(f"a grant that the matrix does not know: {on}")
    kind = on["object_type"].lower()
    kind = "relation" if on["object_type"] in RELATION_KINDS.values() else kind
    name = re.sub(r"\(.*\)$", "", on["object_name"])
    parts = [part.strip('"') for part in name.split(".")]
    if kind == "schema":
        return Thing(kind, "", parts[-1])
    return Thing(kind, parts[1] if len(parts) == 3 else "", _plain(kind, parts[-1]))


def _plain(kind: str, name: str) -> str:
    inside = kind in ("schema", "relation", "stage", "procedure")
    return name if inside else re.sub(r"_(DEV|TEST)$", "", name)


def _role(name: str) -> str:
    return re.sub(r"^STORE_|_(DEV|TEST)$", "", name.strip('"')).lower()


def _last(full_name: str) -> str:
    return full_name.split(".")[-1].strip('"')
