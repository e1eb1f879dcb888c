"""Views and clones of one version of an Iceberg table, and going back to it: facts §10, 1 and 2."""

from __future__ import annotations

import time

from store_matching.snowflake_proof.iceberg_tables import first_version, make_table, versioned_table, versions
from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.verdicts import Claim, Unmet

NEEDS = "CREATE ICEBERG TABLE and CREATE VIEW on the schema, USAGE on the external volume"
# No version has this number.
UNKNOWN_VERSION = 1


def view_at_version(proof: Proof) -> str:
    """A view pinned to a version goes on showing it."""
    table, version = versioned_table(proof), first_version(proof)
    view = proof.table("AT_VERSION")
    proof.session.run(f"create view {view} as select store_id, store_name from {table} at(version => {version})")
    return expect_rows(proof, view, 1)


def unknown_version(proof: Proof) -> str:
    """A version that is gone is refused with an error; the text is what alerts can look for."""
    table = versioned_table(proof)
    said = proof.session.refusal(f"select count(*) from {table} at(version => {UNKNOWN_VERSION})")
    if said is None:
        raise Unmet("a version that never was is read without an error")
    return f"Snowflake says: {said}"


def clone_at_version(proof: Proof) -> str:
    """A clone can be made of a version."""
    table, version = versioned_table(proof), first_version(proof)
    clone = proof.table("CLONE_AT_VERSION")
    proof.session.run(f"create iceberg table {clone} clone {table} at(version => {version})")
    return expect_rows(proof, clone, 1)


def clone_of_now(proof: Proof) -> str:
    """A clone of an Iceberg table with a base location of its own, as releases are made, outlives its source."""
    source = make_table(proof, "CLONED")
    proof.session.run(f"insert into {source} values (1, 'first')")
    clone = proof.table("CLONE_OF_NOW")
    proof.session.run(f"create iceberg table {clone} clone {source}")
    proof.session.run(f"drop table {source}")
    return expect_rows(proof, clone, 1)


def overwrite_from_version(proof: Proof) -> str:
    """A table can be set back to a version of its own, in place, and keeps its versions."""
    table = make_table(proof, "SET_BACK")
    proof.session.run(f"insert into {table} values (1, 'first')")
    proof.session.run(f"insert into {table} values (2, 'second')")
    before = versions(proof, table)
    if len(before) < 2:
        raise Unmet(f"GET_TABLE_VERSIONS lists {len(before)} versions after two commits")
    proof.session.run(
        f"insert overwrite into {table} (store_id, store_name)"
        f" select store_id, store_name from {table} at(version => {before[-2]})"
    )
    expect_rows(proof, table, 1)
    if not {*before} < {*versions(proof, table)}:
        raise Unmet("the table has the rows of the version, but lost versions that it had")
    return "one row again, every version is still listed"


def read_at_time(proof: Proof) -> str:
    """A table that is not Iceberg is read as it was at a time of SYSDATE(), as runs record RAW."""
    table = proof.table("TRAVELLED")
    proof.session.run(f"create table {table} (store_id integer)")
    proof.session.run(f"insert into {table} values (1)")
    moment = proof.session.value("select to_varchar(sysdate(), 'YYYY-MM-DD HH24:MI:SS.FF6')")
    # Time travel knows milliseconds.
    time.sleep(1)
    proof.session.run(f"insert into {table} values (2)")
    return expect_rows(proof, f"{table} at(timestamp => '{moment}'::timestamp_ntz)", 1)


def expect_rows(proof: Proof, relation: str, count: int) -> str:
    """Return that a relation has so many rows. Raises Unmet when it has not."""
    found = int(proof.session.value(f"select count(*) from {relation}"))
    if found != count:
        raise Unmet(f"{relation} has {found} rows, {count} were expected")
    return f"{found} row{'s' if found != 1 else ''}, as expected"


CLAIMS = (
    Claim(
        "read_at_time",
        "snowflake_releases, 4",
        "AT(TIMESTAMP => …::TIMESTAMP_NTZ) reads a time as UTC",
        "CREATE TABLE on the schema",
        read_at_time,
    ),
    Claim("view_at_version", "facts §10.1", "A view may read AT(VERSION => n) and keeps it", NEEDS, view_at_version),
    Claim(
        "unknown_version",
        "facts §10.1",
        "A version that is gone is refused clearly",
        NEEDS,
        unknown_version,
        ("view_at_version",),
    ),
    Claim("clone_at_version", "facts §10.2", "CLONE takes AT(VERSION => n)", NEEDS, clone_at_version),
    Claim("clone_of_now", "snowflake_releases, 7", "A clone outlives its source", NEEDS, clone_of_now),
    Claim(
        "overwrite_from_version",
        "facts §10.2",
        "INSERT OVERWRITE sets a table back to a version of its own",
        NEEDS,
        overwrite_from_version,
    ),
)
