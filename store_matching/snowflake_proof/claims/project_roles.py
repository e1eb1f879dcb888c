"""What the roles of terraform/ may not do in the database of SNOWFLAKE_DATABASE: terraform/rights_matrix.csv.

Nothing is changed there: rows that no condition lets through, in a transaction that is taken back, or a view whose name
is taken.
"""

from __future__ import annotations

from store_matching.snowflake_proof.as_role import (
    as_role,
    granted_roles,
    is_refused,
    must_be_seen,
    role_name,
    told,
)
from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.verdicts import Claim, NotRun, Refused, Unmet

NEEDS = "the project's roles, granted to the user, and USAGE on their warehouses, which Terraform gives them"
MATRIX = "terraform, rights"
# Without a column that is read: SELECT would be asked for as well, and its lack taken for that of the other right.
WRITES = (
    "insert into {} (batch_id) select null from (select 1) where false",
    "update {} set batch_id = null where false",
    "delete from {} where false",
)
UNRELEASED = ("RAW.GI_STORES", "OPS.RUNS", "STAGING.STORES", "GOLD.STORES")
NAME_IS_TAKEN = 2002


def loader_writes_raw(proof: Proof) -> str:
    """The loader may write: else a refusal of the others would show nothing."""
    with as_role(proof, "loader"):
        for statement in WRITES:
            proof.session.run(statement.format(landing_table(proof)))
    return "the loader's insert, update and delete of no row are accepted"


def nobody_else_writes_raw(proof: Proof) -> str:
    """Every other role that the user has is refused."""
    table = landing_table(proof)
    roles = others(proof, "loader")
    must_be_seen(proof, table)
    for role in roles:
        with as_role(proof, role):
            for statement in WRITES:
                if not is_refused(proof, statement.format(table)):
                    raise Unmet(f"{role_name(proof, role)} may: {statement.format(table)}")
    return f"refused: {told(proof, roles, 'loader')}"


def nobody_else_makes_mart(proof: Proof) -> str:
    """A view of a name that is taken: who may make views is told that it is taken, and nothing is made."""
    view = view_of_mart(proof)
    roles = others(proof, "publisher")
    for role in roles:
        with as_role(proof, role):
            try:
                refused = is_refused(proof, f"create view {view} as select 1 as nothing")
                if not refused:
                    # A release was published in between, which has no such view.
                    proof.session.run(f"drop view {view}")
            except Refused as other:
                if other.number != NAME_IS_TAKEN:
                    raise
                refused = False
            if not refused:
                raise Unmet(f"{role_name(proof, role)} may make views in MART")
    return f"refused: {told(proof, roles, 'publisher')}"


def transformer_publishes_nothing(proof: Proof) -> str:
    """What MART shows is written in OPS.ACTIVE_RELEASE."""
    statement = f"update {proof.environment}.OPS.ACTIVE_RELEASE set release_id = null where false"
    must_be_seen(proof, f"{proof.environment}.OPS.ACTIVE_RELEASE")
    with as_role(proof, "transformer"):
        if not is_refused(proof, statement):
            raise Unmet(f"{role_name(proof, 'transformer')} may: {statement}")
    return "the transformer's update of no row is refused"


def analyst_reads_what_is_released(proof: Proof) -> str:
    """MART is read, and nothing that some other role shows to be there."""
    view = view_of_mart(proof)
    tables = [f"{proof.environment}.{name}" for name in UNRELEASED]
    for table in tables:
        must_be_seen(proof, table)
    with as_role(proof, "analyst"):
        if is_refused(proof, f"select * from {view} where false"):
            raise Unmet(f"{role_name(proof, 'analyst')} may not read {view}")
        for table in tables:
            if not is_refused(proof, f"select * from {table} where false"):
                raise Unmet(f"{role_name(proof, 'analyst')} may read {table}")
    return f"MART is read; refused: {', '.join(UNRELEASED)}"


def landing_table(proof: Proof) -> str:
    """Return a landing table of the environment."""
    return f"{proof.environment}.RAW.GI_STORES"


def others(proof: Proof, role: str) -> list[str]:
    """Return the roles that the user has, but one. Raises NotRun where there is none."""
    roles = [other for other in granted_roles(proof) if other != role]
    if not roles:
        raise NotRun(f"of the project's roles the user has {role_name(proof, role)} alone")
    return roles


def view_of_mart(proof: Proof) -> str:
    """Return a view that is there. Raises NotRun where no role of the user sees one."""
    for role in granted_roles(proof):
        with as_role(proof, role):
            try:
                rows = proof.session.run(f"show views in schema {proof.environment}.MART")
            except Refused:
                continue
            if rows:
                return f'{proof.environment}.MART."{rows[0]["name"]}"'
    raise NotRun("no role that the user has sees a view in MART: publish a release first")


CLAIMS = (
    Claim("loader_writes_raw", MATRIX, "STORE_LOADER may write RAW", NEEDS, loader_writes_raw),
    Claim("nobody_else_writes_raw", MATRIX, "No other role may write RAW", NEEDS, nobody_else_writes_raw),
    Claim("nobody_else_makes_mart", MATRIX, "STORE_PUBLISHER alone may write MART", NEEDS, nobody_else_makes_mart),
    Claim(
        "transformer_publishes_nothing",
        MATRIX,
        "STORE_TRANSFORMER may not change what MART shows",
        NEEDS,
        transformer_publishes_nothing,
    ),
    Claim(
        "analyst_reads_what_is_released",
        MATRIX,
        "STORE_ANALYST reads MART and nothing that is not released",
        NEEDS,
        analyst_reads_what_is_released,
    ),
)
