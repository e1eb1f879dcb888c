"""Version tags of Iceberg tables, in preview: facts §10, 3."""

from __future__ import annotations

from store_matching.snowflake_proof.claims.version_reads import expect_rows
from store_matching.snowflake_proof.iceberg_tables import first_version, make_table, versioned_table
from store_matching.snowflake_proof.proof import Proof
from store_matching.snowflake_proof.verdicts import Claim, Unmet

NEEDS = "CREATE ICEBERG TABLE on the schema; for the tag, OWNERSHIP of the table is assumed"
TAG = "RELEASE_1"
# Days, longest first: the longest that is taken is what the claim reports.
RETAINED_DAYS = (3650, 365, 90)


def tag_of_version(proof: Proof) -> str:
    """The statement of macro snowflake_create_version_tag is taken, with the 90 days of releases."""
    table, version = versioned_table(proof), first_version(proof)
    proof.session.run(
        f"alter iceberg table {table} create or replace version_tag {TAG} as of version {version} retain 90 days"
    )
    return f"tag {TAG} was made"


def view_at_tag(proof: Proof) -> str:
    """A view may be pinned to a tag."""
    view = proof.table("AT_TAG")
    source = f"{versioned_table(proof)} at(version_tag => '{TAG}')"
    proof.session.run(f"create view {view} as select store_id, store_name from {source}")
    return expect_rows(proof, view, 1)


def tag_is_listed(proof: Proof) -> str:
    """The tag and its days are listed."""
    table = versioned_table(proof)
    listed = proof.session.run(
        "select reference_name, reference_type, version_id, max_reference_age_in_ms from"
        f" table({proof.scratch.database}.information_schema.get_table_version_refs('{table}'))"
    )
    if TAG not in {row["reference_name"] for row in listed}:
        raise Unmet(f"{TAG} is not listed; listed are {listed}")
    return f"listed: {listed}"


def case_of_tags(proof: Proof) -> str:
    """How the name of a tag without quotes is read; names in upper case are safe either way."""
    table = make_table(proof, "TAG_CASE")
    proof.session.run(f"insert into {table} values (1, 'first')")
    proof.session.run(f"alter iceberg table {table} create version_tag lower_case")
    readable = [
        name
        for name in ("lower_case", "LOWER_CASE")
        if proof.session.refusal(f"select count(*) from {table} at(version_tag => '{name}')") is None
    ]
    if not readable:
        raise Unmet("a tag made as lower_case is read by neither spelling")
    return f"a tag made as lower_case is read as {' and as '.join(readable)}"


def longest_retain(proof: Proof) -> str:
    """How long a tag may keep its snapshot; releases ask for 90 days."""
    table, version = versioned_table(proof), first_version(proof)
    refusals = []
    for days in RETAINED_DAYS:
        said = proof.session.refusal(
            f"alter iceberg table {table} create or replace version_tag LONG as of version {version} retain {days} days"
        )
        if said is None:
            return f"{days} days are taken" + (f"; refused: {'; '.join(refusals)}" if refusals else "")
        refusals.append(f"{days} days ({said})")
    raise Unmet(f"90 days are refused: {'; '.join(refusals)}")


def tags_of_a_clone(proof: Proof) -> str:
    """Whether a clone has the tags of its source; releases do not rely on it."""
    clone = proof.table("CLONE_OF_TAGGED")
    proof.session.run(f"create iceberg table {clone} clone {versioned_table(proof)}")
    said = proof.session.refusal(f"select count(*) from {clone} at(version_tag => '{TAG}')")
    return "the clone has the tag" if said is None else f"the clone has not the tag: {said}"


def replaced_table(proof: Proof) -> str:
    """CREATE OR REPLACE takes the tags away: why no released model may be of dbt's materialization table."""
    table = make_table(proof, "REPLACED")
    proof.session.run(f"insert into {table} values (1, 'first')")
    proof.session.run(f"alter iceberg table {table} create version_tag {TAG}")
    make_table(proof, "REPLACED")
    said = proof.session.refusal(f"select count(*) from {table} at(version_tag => '{TAG}')")
    if said is None:
        raise Unmet("the tag is still readable: Snowflake is kinder than the project takes it to be")
    return f"gone: {said}"


def dropped_tag(proof: Proof) -> str:
    """The statement of macro snowflake_drop_version_tag is taken, also for a tag that is not there."""
    table = versioned_table(proof)
    for _ in range(2):
        proof.session.run(f"alter iceberg table if exists {table} drop version_tag if exists {TAG}")
    if proof.session.refusal(f"select count(*) from {table} at(version_tag => '{TAG}')") is None:
        raise Unmet("the tag can be read after it was dropped")
    return "dropped, and dropping it again is no error"


def right_to_tag(proof: Proof) -> str:
    """The owner of a table, which holds OWNERSHIP and nothing else, may tag it."""
    table = versioned_table(proof)
    held = sorted({row["privilege"] for row in proof.session.run(f"show grants on table {table}")})
    proof.session.run(f"alter iceberg table {table} create or replace version_tag OWNED")
    return f"a role that holds {', '.join(held)} may tag"


CLAIMS = (
    Claim("tag_of_version", "facts §10.3", "A version is tagged and kept 90 days", NEEDS, tag_of_version),
    Claim(
        "view_at_tag", "facts §10.1", "A view may read AT(VERSION_TAG => …)", NEEDS, view_at_tag, ("tag_of_version",)
    ),
    Claim(
        "tag_is_listed",
        "facts §10.3",
        "GET_TABLE_VERSION_REFS lists a tag at once",
        NEEDS,
        tag_is_listed,
        ("tag_of_version",),
    ),
    Claim("case_of_tags", "facts §10.3", "A tag is read by the name that it was made by", NEEDS, case_of_tags),
    Claim("longest_retain", "facts §10.3", "A tag may keep its version 90 days or longer", NEEDS, longest_retain),
    Claim(
        "tags_of_a_clone",
        "facts §10.3",
        "Cloning a tagged table is allowed",
        NEEDS,
        tags_of_a_clone,
        ("tag_of_version",),
    ),
    Claim("replaced_table", "facts §10.3", "CREATE OR REPLACE drops the tags of a table", NEEDS, replaced_table),
    Claim("right_to_tag", "facts §10.3", "The owner of a table may tag it", NEEDS, right_to_tag),
    Claim("dropped_tag", "facts §10.3", "A tag is dropped, twice too", NEEDS, dropped_tag, ("tag_of_version",)),
)
