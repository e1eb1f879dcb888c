"""Open the DuckDB file, with an error that says what stands in the way."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

DATABASE_VARIABLE = "STORE_MATCHING_DATABASE"
DEFAULT_DATABASE = "stores.duckdb"
# Bytes 8 to 11 of every DuckDB file.
DUCKDB_MAGIC = b"DUCK"


class DatabaseError(RuntimeError):
    """The DuckDB file cannot be opened."""


def default_database() -> Path:
    """Return the file that dbt uses too: environment variable STORE_MATCHING_DATABASE, else stores.duckdb."""
    return Path(os.environ.get(DATABASE_VARIABLE) or DEFAULT_DATABASE)


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Open or make the DuckDB file for writing. Raises DatabaseError."""
    if not path.parent.is_dir():
        raise DatabaseError(f"{path}: the folder does not exist; make it, or name another --database")
    if path.exists() and not _is_database(path):
        # DuckDB opens a CSV file as a database of its own making, and what is loaded there is lost.
        raise DatabaseError(f"{path}: is not a DuckDB file\n  what to do: name another file with --database")
    try:
        return duckdb.connect(str(path))
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        advice = (
            "another program has it open; close it and try again"
            if "lock" in reason.lower()
            else "name a DuckDB file with --database"
        )
        raise DatabaseError(f"{path}: cannot be opened: {reason}\n  what to do: {advice}") from error


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            beginning = file.read(12)
    except OSError as error:
        raise DatabaseError(f"{path}: cannot be read: {error.strerror}") from error
    # A file of no bytes is where DuckDB begins a new database.
    return beginning[8:] == DUCKDB_MAGIC or not beginning
