"""Compare the tables of two DuckDB files, row by row; run by the environment .venv-snowflake, which reads both.

    python compare.py <first file> <second file> <columns that are not compared, JSON>

Prints JSON: by table `rows`, [of the first, of the second]; `different`, [rows that only the first has, only the
second has], columns that are not compared left out; `unlike`, those of them by which the tables do differ; and for
tables that only one file has, `missing`. Views are compared like tables.
"""

import json
import sys
from pathlib import Path

import duckdb

SCHEMAS = ("STAGING", "GOLD", "DIAGNOSTICS")
# What the views of the emulator call: tests/snowflake/shim/functions.py.
sys.path.insert(0, str(Path(__file__).resolve().parent / "shim"))


def main(files: list[str], left_out: dict[str, list[str]]) -> dict[str, dict]:
    """Return what differs, by table."""
    from functions import DIVIDED

    connection = duckdb.connect()
    connection.execute("attach ':memory:' as _fs_global")
    connection.execute(DIVIDED)
    names = [Path(file).stem for file in files]
    for name, file in zip(names, files, strict=True):
        connection.execute(f"attach '{file}' as \"{name}\" (read_only)")
    columns = [columns_of(connection, name) for name in names]
    found = {}
    for table in sorted({*columns[0], *columns[1]}):
        if table not in columns[0] or table not in columns[1]:
            found[table] = {"missing": "first" if table not in columns[0] else "second"}
            continue
        if columns[0][table] != columns[1][table]:
            found[table] = {"missing": sorted(columns[0][table] ^ columns[1][table])}
            continue
        kept = sorted(columns[0][table] - {*left_out.get("*", []), *left_out.get(table, [])})
        relations = [f'"{name}".{table}' for name in names]
        found[table] = {
            "rows": [connection.execute(f"select count(*) from {one}").fetchone()[0] for one in relations],
            "different": differences(connection, relations, kept),
            "unlike": [
                column
                for column in sorted(columns[0][table] - set(kept))
                if any(differences(connection, relations, [column]))
            ],
        }
    return found


def columns_of(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, set[str]]:
    """Return the columns by table of the compared schemas, names in small letters."""
    rows = connection.execute(
        """select upper(schema_name) || '.' || lower(table_name), lower(column_name) from duckdb_columns()
           where database_name = ? and list_contains(?, upper(schema_name))""",
        [database, list(SCHEMAS)],
    ).fetchall()
    tables: dict[str, set[str]] = {}
    for table, column in rows:
        tables.setdefault(table, set()).add(column)
    return tables


def differences(connection: duckdb.DuckDBPyConnection, relations: list[str], columns: list[str]) -> list[int]:
    """Return how many rows only the first and only the second relation has, by some columns."""
    if not columns:
        return [0, 0]
    listed = ", ".join(f'"{column}"' for column in columns)
    one, other = (f"select {listed} from {relation}" for relation in relations)
    return [
        connection.execute(f"select count(*) from ({sides[0]} except all {sides[1]})").fetchone()[0]
        for sides in ((one, other), (other, one))
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1:3], json.loads(sys.argv[3]))))
