"""Shim: DROP DATABASE, which fakesnow has not: the file of the database is detached and removed."""

import re
from pathlib import Path

import duckdb

DROP = re.compile(r"\s*drop database if exists (\w+)\s*;?\s*$", flags=re.IGNORECASE)


def drop_database(connection: duckdb.DuckDBPyConnection, folder: Path, database: str) -> None:
    """Drop a database of the folder; nothing happens where there is none. Raises duckdb.Error when it is in use."""
    connection.execute(f"detach database if exists {database.upper()}")
    for file in folder.glob(f"{database.upper()}.db*"):
        file.unlink()
