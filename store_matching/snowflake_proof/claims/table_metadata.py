"""What Snowflake tells of an Iceberg table's versions and files: facts §10, 4 and 5."""

from __future__ import annotations

import json
from collections.abc import Callable

from store_matching.snowflake_proof.iceberg_tables import make_table, versioned_table, versions
from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.verdicts import Claim, Unmet

NEEDS = "CREATE ICEBERG TABLE on the schema (its owner has OWNERSHIP of the table)"


def versions_at_once(proof: Proof) -> str:
    """A commit is listed without any other call first."""
    table = make_table(proof, "LISTED")
    before = versions(proof, table)
    proof.session.run(f"insert into {table} values (1, 'first')")
    after = versions(proof, table)
    if len(after) != len(before) + 1:
        raise Unmet(f"{len(before)} versions before a commit, {len(after)} right after it")
    return f"{len(before)} versions before the commit, {len(after)} right after it"


def metadata_location(proof: Proof) -> str:
    """The owner is told where the metadata file lies."""
    table = versioned_table(proof)
    answer = proof.session.value(f"select system$get_iceberg_table_information('{table}')")
    try:
        location = json.loads(answer)["metadataLocation"]
    except (TypeError, ValueError, KeyError) as error:
        raise Unmet(f"the answer names no metadataLocation: {answer}") from error
    if not str(location).endswith(".metadata.json"):
        raise Unmet(f"the location is no metadata file: {location}")
    return f"named: …/{location.rsplit('/', 1)[1]}"


def listing(call: str) -> Callable[[Proof], str]:
    """Return what tries a table function: `call`, with {database} and {table}."""

    def prove(proof: Proof) -> str:
        table = versioned_table(proof)
        source = call.format(database=proof.scratch.database, table=table)
        rows = proof.session.run(f"select * from table({source})")
        if not rows:
            raise Unmet("no row for a table that has two commits")
        return f"{len(rows)} rows with the columns {', '.join(rows[0])}"

    return prove


CLAIMS = (
    Claim("versions_at_once", "facts §10.4", "GET_TABLE_VERSIONS lists a commit at once", NEEDS, versions_at_once),
    Claim(
        "metadata_location",
        "docs/sentinel.md",
        "SYSTEM$GET_ICEBERG_TABLE_INFORMATION names the metadata file",
        NEEDS,
        metadata_location,
    ),
    *(
        Claim(name, "facts §10.5", f"{name.upper()} answers for a managed table", NEEDS, listing(call))
        for name, call in (
            ("iceberg_table_files", "{database}.information_schema.iceberg_table_files(table_name => '{table}')"),
            ("iceberg_table_metadata", "{database}.information_schema.iceberg_table_metadata('{table}')"),
            ("iceberg_table_snapshots", "{database}.information_schema.iceberg_table_snapshots('{table}')"),
            ("iceberg_table_manifest_entries", "iceberg_table_manifest_entries('{table}', null, 1, true)"),
        )
    ),
)
