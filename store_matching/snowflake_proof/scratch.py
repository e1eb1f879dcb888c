"""The scratch database: its name, that it is none that others use, how it is made and removed."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from store_matching.errors import LakeError
from store_matching.snowflake_proof.session import Session

PREFIX = "STORE_PROOF_"
# The databases of terraform/environments.
ENVIRONMENTS = ("STORE_MATCHING", "STORE_MATCHING_TEST", "STORE_MATCHING_DEV")
SUFFIX = re.compile(r"[A-Z0-9]{8}")
GIVEN_SCHEMAS = {"PUBLIC", "INFORMATION_SCHEMA"}


@dataclass(frozen=True)
class Scratch:
    """Where the proof works.

    suffix:   eight letters and digits
    database: made by the proof, or given (then only its schemas are removed)
    schema:   holds what claims about single statements make; in a given database it is the mark of the proof
    """

    suffix: str
    database: str
    is_given: bool

    @property
    def schema(self) -> str:
        """PROOF_<suffix>."""
        return f"PROOF_{self.suffix}"

    def clean_command(self) -> str:
        """Return the command that removes this scratch."""
        given = f" --database {self.database}" if self.is_given else ""
        return f"python scripts/verify_snowflake.py --clean {self.suffix}{given}"


def new_suffix() -> str:
    """Return a random suffix."""
    return secrets.token_hex(4).upper()


def scratch_of(suffix: str, given: str | None, target_database: str) -> Scratch:
    """Return the scratch of a suffix, in a database of its own or in the given one.

    target_database: what SNOWFLAKE_DATABASE names, in which the proof never works.
    Raises LakeError when the suffix is none or the database is that of an environment.
    """
    suffix = suffix.upper()
    if not SUFFIX.fullmatch(suffix):
        raise LakeError(f"'{suffix}' is no suffix: eight letters and digits, as the proof printed it")
    database = (given or f"{PREFIX}{suffix}").upper()
    if database in {*ENVIRONMENTS, target_database.upper()}:
        raise LakeError(
            f"the proof does not run in {database}: it makes, breaks and drops schemas called GOLD, OPS and MART\n"
            "  what to do: leave --database out, or name an empty database that is neither SNOWFLAKE_DATABASE nor "
            f"one of {', '.join(ENVIRONMENTS)}"
        )
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", database):
        raise LakeError(f"'{database}' is no name of a database without quotes\n  what to do: name another")
    return Scratch(suffix, database, given is not None)


def make_database(session: Session, scratch: Scratch) -> None:
    """Make the database (never one that exists), or look that the given one is empty.

    Raises LakeError when the given database is not empty, Refused when Snowflake refuses.
    """
    if not scratch.is_given:
        session.run(f"create database {scratch.database}")
    elif strange := _schemas(session, scratch.database):
        raise LakeError(
            f"{scratch.database} is not empty: it has the schemas {', '.join(sorted(strange))}\n"
            "  what to do: name an empty database; leftovers of a proof go by --clean <suffix> --database "
            + scratch.database
        )


def make_schema(session: Session, scratch: Scratch) -> None:
    """Make the schema and use it. Raises Refused."""
    session.run(f"create schema {scratch.database}.{scratch.schema}")
    session.run(f"use schema {scratch.database}.{scratch.schema}")


def clean_scratch(session: Session, scratch: Scratch) -> list[str]:
    """Remove what the proof made, also when it is half there; return what was removed.

    Raises LakeError when the given database does not bear the mark of this proof, Refused when Snowflake refuses.
    """
    if not scratch.is_given:
        session.run(f"drop database if exists {scratch.database}")
        return [f"database {scratch.database}"]
    schemas = _schemas(session, scratch.database)
    if scratch.schema not in schemas:
        raise LakeError(
            f"{scratch.database} has no schema {scratch.schema}: nothing of this proof is there, nothing was removed\n"
            "  what to do: check the suffix; what the database holds is not the proof's to drop"
        )
    # The mark goes last, so that a killed clean can be run again.
    for schema in [*sorted(schemas - {scratch.schema}), scratch.schema]:
        session.run(f"drop schema if exists {scratch.database}.{schema}")
    return [f"schema {scratch.database}.{schema}" for schema in sorted(schemas)]


def _schemas(session: Session, database: str) -> set[str]:
    rows = session.run(f"select schema_name from {database}.information_schema.schemata")
    return {row["schema_name"] for row in rows} - GIVEN_SCHEMAS
