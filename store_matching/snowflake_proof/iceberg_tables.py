"""The Iceberg table that claims about versions read: two commits, so that there is a version to go back to."""

from __future__ import annotations

from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.verdicts import Unmet


def versioned_table(proof: Proof) -> str:
    """Return a table of (store_id, store_name): one row in its first version, two rows now. Raises Refused."""

    def make(proof: Proof) -> str:
        table = proof.table("VERSIONED")
        make_table(proof, "VERSIONED")
        proof.session.run(f"insert into {table} values (1, 'first')")
        proof.session.run(f"insert into {table} values (2, 'second')")
        return table

    return proof.once("versioned_table", make)


def make_table(proof: Proof, name: str) -> str:
    """Make an Iceberg table of (store_id, store_name), in the place of one that is there; return it. Raises Refused."""
    table = proof.table(name)
    proof.session.run(
        f"create or replace iceberg table {table} (store_id integer, store_name string) {proof.iceberg(name)}"
    )
    return table


def versions(proof: Proof, table: str) -> list[int]:
    """Return the version ids of a table, oldest first. Raises Refused."""
    rows = proof.session.run(
        f"select version_id from table({proof.scratch.database}.information_schema.get_table_versions('{table}'))"
        " order by version_created_at"
    )
    return [int(row["version_id"]) for row in rows]


def first_version(proof: Proof) -> int:
    """Return the version of the versioned table that has one row.

    Raises Refused, and Unmet when the table's versions are not listed.
    """
    table = versioned_table(proof)

    def find(proof: Proof) -> int:
        listed = versions(proof, table)
        if len(listed) < 2:
            raise Unmet(f"GET_TABLE_VERSIONS lists {len(listed)} versions after two commits: none to go back to")
        # CREATE TABLE may make a version of its own; the one before the newest has one row.
        return listed[-2]

    return proof.once("first_version", find)
