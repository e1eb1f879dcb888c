"""Future grants and the swap of schemas: facts §10, 9, and docs/snowflake_releases.md. Rights go to PUBLIC alone."""

from __future__ import annotations

from store_matching.snowflake_proof.iceberg_tables import make_table
from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.verdicts import Claim, Unmet

NEEDS = "OWNERSHIP of the schema, which the role made; in a schema of managed access its owner grants"
READ_COLUMNS = ("privilege", "grant_on", "grant_to", "grantee_name")


def future_grants(proof: Proof) -> str:
    """A future grant on Iceberg tables holds for a table that CREATE OR REPLACE makes again."""
    schema = f"{proof.scratch.database}.{proof.scratch.schema}"
    proof.session.run(f"grant select on future iceberg tables in schema {schema} to role PUBLIC")
    for _ in range(2):
        table = make_table(proof, "GRANTED")
        held = proof.session.run(f"show grants on table {table}")
        if not any(row["grantee_name"] == "PUBLIC" and row["privilege"] == "SELECT" for row in held):
            raise Unmet(f"PUBLIC has no SELECT on the table; granted is {held}")
    return "PUBLIC has SELECT on the table, and on the one that replaced it"


def listed_future_grants(proof: Proof) -> str:
    """SHOW FUTURE GRANTS has the columns that the macros copy rights by."""
    schema = made_managed_schema(proof, "LISTED_GRANTS")
    proof.session.run(f"grant select on future views in schema {schema} to role PUBLIC")
    rows = proof.session.run(f"show future grants in schema {schema}")
    if not rows:
        raise Unmet("the future grant is not listed")
    if missing := [name for name in READ_COLUMNS if name not in rows[0]]:
        raise Unmet(f"the columns {', '.join(missing)} are missing; there are {', '.join(rows[0])}")
    return f"listed: {', '.join(f'{name} {rows[0][name]}' for name in READ_COLUMNS)}"


def swapped_schemas(proof: Proof) -> str:
    """ALTER SCHEMA … SWAP WITH, the commit point of a release, moves the views with their schema."""
    one, other = made_managed_schema(proof, "SWAP_ONE"), made_managed_schema(proof, "SWAP_OTHER")
    proof.session.run(f"create view {one}.SHOWN as select 1 as release_id")
    proof.session.run(f"create view {other}.SHOWN as select 2 as release_id")
    proof.session.run(f"alter schema {one} swap with {other}")
    shown = [int(proof.session.value(f"select release_id from {schema}.SHOWN")) for schema in (one, other)]
    if shown != [2, 1]:
        raise Unmet(f"after the swap the schemas show {shown}, not [2, 1]")
    return "each schema shows what the other did"


def swapped_rights(proof: Proof) -> str:
    """The swap takes rights along: why the macros copy those of MART to each candidate."""
    one, other = made_managed_schema(proof, "RIGHTS_ONE"), made_managed_schema(proof, "RIGHTS_OTHER")
    proof.session.run(f"grant usage on schema {one} to role PUBLIC")
    proof.session.run(f"alter schema {one} swap with {other}")
    holders = [
        name
        for name, schema in (("one", one), ("other", other))
        if any(row["grantee_name"] == "PUBLIC" for row in proof.session.run(f"show grants on schema {schema}"))
    ]
    if holders != ["other"]:
        raise Unmet(f"after the swap the right is on {holders}, not on the other schema alone")
    return "the right moved with the schema it was granted on"


def existing_schema(proof: Proof) -> str:
    """CREATE SCHEMA IF NOT EXISTS, the first statement of a run, passes over one that exists."""
    schema = made_managed_schema(proof, "EXISTING")
    proof.session.run(f"create schema if not exists {schema}")
    return "no error"


def made_managed_schema(proof: Proof, name: str) -> str:
    """Make a schema of managed access and return its whole name. Raises Refused."""
    schema = f"{proof.scratch.database}.{proof.scratch.schema}_{name}"
    proof.session.run(f"create schema {schema} with managed access")
    return schema


CLAIMS = (
    Claim("future_grants", "facts §10.9", "Future grants reach Iceberg tables made again", NEEDS, future_grants),
    Claim(
        "listed_future_grants",
        "snowflake_releases, 2",
        "SHOW FUTURE GRANTS names what the macros read",
        NEEDS,
        listed_future_grants,
    ),
    Claim("swapped_schemas", "snowflake_releases, 1", "SWAP WITH moves views", NEEDS, swapped_schemas),
    Claim("swapped_rights", "snowflake_releases, 1", "SWAP WITH moves the rights too", NEEDS, swapped_rights),
    Claim(
        "existing_schema",
        "snowflake_releases, 8",
        "CREATE SCHEMA IF NOT EXISTS passes over a schema that exists",
        NEEDS,
        existing_schema,
    ),
)
