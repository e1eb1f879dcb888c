"""Plain CREATE TABLE that makes Iceberg tables: facts §10, 8."""

from __future__ import annotations

from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.verdicts import Claim, NotRun, Unmet

NEEDS = "CREATE SCHEMA on the database, USAGE on the external volume"


def default_format(proof: Proof) -> str:
    """A schema can make its plain tables Iceberg, which is how a Python model's table could be one."""
    if not proof.volume:
        raise NotRun("no external volume is named: set SNOWFLAKE_EXTERNAL_VOLUME")
    schema = f"{proof.scratch.database}.{proof.scratch.schema}_ICEBERG"
    proof.session.run(f"create schema {schema} external_volume = '{proof.volume}' catalog = 'SNOWFLAKE'")
    proof.session.run(f"alter schema {schema} set default_metadata_write_format = 'ICEBERG'")
    proof.session.run(f"create table {schema}.PLAIN as select 1 as store_id")
    if not proof.session.run(f"show iceberg tables in schema {schema}"):
        raise Unmet("a plain CREATE TABLE made no Iceberg table")
    said = proof.session.refusal(f"create transient table {schema}.TRANSIENT_ONE as select 1 as store_id")
    return "a plain table is Iceberg; a transient one, as dbt's Python models make, is " + (
        "taken too" if said is None else f"refused: {said}"
    )


CLAIMS = (
    Claim(
        "default_metadata_format",
        "facts §10.8",
        "DEFAULT_METADATA_WRITE_FORMAT = 'ICEBERG' makes plain tables Iceberg",
        NEEDS,
        default_format,
    ),
)
