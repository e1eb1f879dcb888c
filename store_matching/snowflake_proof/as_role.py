"""Statements as one of the project's roles, in the database of an environment, where none may change anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from store_matching.snowflake_proof.classify import verdict_of
from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.verdicts import NotRun, Refused, Verdict

# The warehouse that each may use: with none a statement is refused for that, whatever the role may do.
WAREHOUSES = {
    "loader": "STORE_LOAD",
    "transformer": "STORE_TRANSFORM",
    "publisher": "STORE_TRANSFORM",
    "analyst": "STORE_READ",
    "steward": "STORE_READ",
    "sentinel": "STORE_OPERATE",
    "ci": "STORE_TRANSFORM",
    "administrator": "STORE_LOAD",
}
PREFIX = "STORE_MATCHING"
NO_WAREHOUSE = 606
# "Requested role … is not assigned to the executing user"; of a role that nobody made Snowflake says that it is hidden.
NOT_ASSIGNED = 3013


def suffix_of(proof: Proof) -> str:
    """Return what the environment's names end with. Raises NotRun where SNOWFLAKE_DATABASE names none of them."""
    if not proof.environment.upper().startswith(PREFIX):
        raise NotRun(f"SNOWFLAKE_DATABASE names no database of terraform/environments, but '{proof.environment}'")
    return proof.environment.upper().removeprefix(PREFIX)


def role_name(proof: Proof, role: str) -> str:
    """Return the whole name of a role, such as STORE_ANALYST_DEV."""
    return f"STORE_{role.upper()}{suffix_of(proof)}"


@contextmanager
def as_role(proof: Proof, role: str) -> Iterator[None]:
    """Run what is inside as a role with its warehouse, and nothing of what it does there stays.

    Raises NotRun where the user has not been granted the role, Refused where the account has no roles.
    """
    session, name = proof.session, role_name(proof, role)
    own, warehouse = (session.value(f"select current_{kind}()") for kind in ("role", "warehouse"))
    try:
        session.run(f"use role {name}")
    except Refused as refused:
        if refused.number != NOT_ASSIGNED and verdict_of(refused) != Verdict.NOT_ALLOWED:
            raise
        raise NotRun(f"the user does not have the role: grant role {name} to user …") from refused
    try:
        # An emulator takes any name, and refuses nothing.
        if session.value("select current_role()") != name:
            raise NotRun("this account does not change roles")
        session.run(f"use warehouse {WAREHOUSES[role]}{suffix_of(proof)}")
        # Each statement changes nothing as it is; should one be wrong, it is taken back.
        session.run("begin")
        yield
    finally:
        session.refusal("rollback")
        if own:
            session.run(f'use role "{own}"')
        if warehouse:
            session.run(f'use warehouse "{warehouse}"')
        session.run(f"use schema {proof.scratch.database}.{proof.scratch.schema}")


def is_refused(proof: Proof, statement: str) -> bool:
    """Whether a statement is refused for lack of rights. Raises Refused where it is refused for anything else."""
    try:
        proof.session.run(statement)
    except Refused as refused:
        if refused.number == NO_WAREHOUSE or verdict_of(refused) != Verdict.NOT_ALLOWED:
            raise
        return True
    return False


def granted_roles(proof: Proof) -> list[str]:
    """Return the roles that the user has, by short name. Raises NotRun where it has none."""
    return proof.once("granted roles", _granted_roles)


def _granted_roles(proof: Proof) -> list[str]:
    granted, reason = [], ""
    for role in WAREHOUSES:
        try:
            with as_role(proof, role):
                granted.append(role)
        except NotRun as not_run:
            reason = str(not_run)
    if not granted:
        raise NotRun(f"the user has none of the project's roles; of the last: {reason}")
    return granted


def must_be_seen(proof: Proof, name: str) -> None:
    """Raise NotRun where no role of the user can read something: hidden and missing are refused in the same words."""
    for role in granted_roles(proof):
        with as_role(proof, role):
            if not is_refused(proof, f"select 1 from {name} where false"):
                return
    raise NotRun(f"no role that the user has can read {name}: a refusal would not show that it is there")


def told(proof: Proof, roles: list[str], left_out: str = "") -> str:
    """Return for which roles something is so, and which could not be asked."""
    missing = [role_name(proof, role) for role in WAREHOUSES if role not in (*granted_roles(proof), left_out)]
    text = ", ".join(role_name(proof, role) for role in roles)
    return f"{text}; not tried, because the user does not have them: {', '.join(missing)}" if missing else text
