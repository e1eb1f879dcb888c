"""Shim: ALTER SCHEMA … SWAP WITH, for schemas of views, which are made anew: DuckDB cannot rename a schema."""

import re

import duckdb

SWAP = re.compile(r"\s*alter schema (\w+)\.(\w+) swap with \w+\.(\w+)", flags=re.IGNORECASE)


def swap_schemas(connection: duckdb.DuckDBPyConnection, database: str, one: str, other: str) -> None:
    """Let two schemas change names. Raises duckdb.Error, and changes nothing, when one is not there."""
    connection.execute("begin")
    try:
        definitions = {schema: views_of(connection, database, schema) for schema in (one, other)}
        for here, there in ((one, other), (other, one)):
            for name in definitions[here]:
                connection.execute(f"drop view {database}.{here}.{name}")
            for name, query in definitions[there].items():
                connection.execute(f"create view {database}.{here}.{name} {query}")
        connection.execute("commit")
    except duckdb.Error:
        connection.execute("rollback")
        raise


def views_of(connection: duckdb.DuckDBPyConnection, database: str, schema: str) -> dict[str, str]:
    """Return what follows CREATE VIEW and the name, by name."""
    rows = connection.execute(
        """select view_name, regexp_replace(sql, '^CREATE VIEW \\S+', '', 'i') from duckdb_views()
           where database_name = ? and schema_name = ?""",
        [database.upper(), schema.upper()],
    ).fetchall()
    return dict(rows)
