"""Snowflake-managed tables: Snowflake says where the current metadata lies, and lists the files of a stage.

`LIST` rather than `DIRECTORY(@stage)`: a directory table is as fresh as its last refresh, and a file that it does not
know yet would look as if it were gone. The role needs USAGE on the stage, which lies over the external volume's
location, and OWNERSHIP of the table for SYSTEM$GET_ICEBERG_TABLE_INFORMATION; or a procedure of the owner's asks in its
place (terraform/modules/landing), which STORE_MATCHING_METADATA_PROCEDURE names and which answers for the tables of its
own schema. Metadata and files are read from the storage itself, with the settings of PyIceberg's FileIO.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from store_matching.errors import LakeError
from store_matching.sentinel.list_files import LISTING_SCHEMA, QUARANTINE

if TYPE_CHECKING:
    from pyiceberg.table import Table

# Runs a statement and returns its rows: a Snowflake cursor's, or those of a Snowpark session.
Execute = Callable[[str], list[tuple]]
# Such as RAW.ICEBERG_TABLE_INFORMATION: takes the table's name and answers as the system function does.
METADATA_PROCEDURE = "STORE_MATCHING_METADATA_PROCEDURE"
SETTINGS = ("SNOWFLAKE_ACCOUNT", "SNOWFLAKE_USER", "SNOWFLAKE_PRIVATE_KEY_PATH")


def snowflake_execute() -> Execute:
    """Return what runs statements on the account that the environment names, as profiles.yml reads it.

    Raises LakeError when a setting is missing or the account refuses.
    """
    import snowflake.connector

    if missing := [name for name in SETTINGS if not os.environ.get(name)]:
        raise LakeError(f"a table of Snowflake is watched, and {missing[0]} is not set\n  what to do: set {missing}")
    try:
        connection = snowflake.connector.connect(
            account=os.environ["SNOWFLAKE_ACCOUNT"],
            user=os.environ["SNOWFLAKE_USER"],
            private_key_file=os.environ["SNOWFLAKE_PRIVATE_KEY_PATH"],
            private_key_file_pwd=os.environ.get("SNOWFLAKE_PRIVATE_KEY_PASSPHRASE") or None,
            role=os.environ.get("SNOWFLAKE_ROLE"),
            warehouse=os.environ.get("SNOWFLAKE_WAREHOUSE"),
            database=os.environ.get("SNOWFLAKE_DATABASE"),
        )
    except Exception as error:
        raise LakeError(f"Snowflake cannot be reached: {error}\n  what to do: make debug TARGET=snowflake") from error
    return lambda sql: connection.cursor().execute(sql).fetchall()


def snowflake_table(execute: Execute, name: str) -> Table:
    """Return a table as Snowflake's metadata of now tells it; it cannot be written by this.

    Raises LakeError when Snowflake or the storage refuses.
    """
    from pyiceberg.table import StaticTable

    # Not at the top: a procedure of Snowflake, which imports this module, has no DuckDB.
    from store_matching.lake.object_store import file_io_properties

    location = metadata_location(execute, name)
    try:
        return StaticTable.from_metadata(location, file_io_properties())
    except Exception as error:
        raise _refused(name, error) from error


def metadata_location(execute: Execute, name: str, procedure: str | None = None) -> str:
    """Return the URI of a table's current metadata file.

    procedure: what asks in the owner's place, '' for nothing; by default what the environment says, which a procedure
    of Snowflake, where this runs too, has not
    Raises LakeError when Snowflake refuses.
    """
    quoted = name.replace("'", "''")
    procedure = os.environ.get(METADATA_PROCEDURE, "") if procedure is None else procedure
    is_asked = bool(procedure) and _schema(procedure) == _schema(name)
    asking = f"call {procedure}" if is_asked else "select system$get_iceberg_table_information"
    try:
        ((answer,),) = execute(f"{asking}('{quoted}')")
        return json.loads(answer)["metadataLocation"]
    except Exception as error:
        raise _refused(name, error) from error


def _refused(name: str, error: Exception) -> LakeError:
    return LakeError(
        f"the metadata of {name} cannot be read from Snowflake: {error}\n"
        "  what to do: check that the role owns the table, and that its storage can be read from here; a role that "
        f"does not own it needs a procedure of the owner's, named in {METADATA_PROCEDURE}"
    )


def _schema(name: str) -> str:
    return name.upper().split(".")[-2] if "." in name else ""


def list_stage(execute: Execute, stage: str) -> pa.Table:
    """Return the files of an external stage such as '@ops.lake_stage/raw', as `list_files` does.

    Raises LakeError when Snowflake refuses or the stage is not an external one.
    """
    try:
        rows = execute(f"list '{stage}'")
    except Exception as error:
        raise LakeError(f"the files of {stage} cannot be listed: {error}; nothing was judged") from error
    rows = [row for row in rows if f"/{QUARANTINE}/" not in row[0] and not row[0].endswith("/")]
    if strange := [row[0] for row in rows if "://" not in row[0]]:
        raise LakeError(
            f"{stage} is no external stage: it lists {strange[0]}; nothing was judged\n"
            "  what to do: declare a stage over the location of the external volume"
        )
    moments = [parsedate_to_datetime(row[3]).astimezone(UTC).timestamp() for row in rows]
    return pa.table(
        [
            pa.array([row[0] for row in rows], pa.string()),
            pa.array([int(row[1]) for row in rows], pa.int64()),
            pa.array([int(moment) * 10**9 for moment in moments], pa.int64()),
        ],
        schema=LISTING_SCHEMA,
    )
