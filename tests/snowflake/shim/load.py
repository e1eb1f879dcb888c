"""Shim: put Parquet files into tables of an account that no server has open. Run by the environment .venv-snowflake.

    python load.py <folder> <database> <schema.table>=<file> ...

What a loader does on Snowflake by COPY INTO, which reads stages that the emulator has not. A table is replaced whole.
"""

import sys

from fakesnow.instance import FakeSnow


def main(folder: str, database: str, assignments: list[str]) -> None:
    """Load each table; the database is made where it is missing."""
    account = FakeSnow(db_path=folder)
    account.connect(database)
    for assignment in assignments:
        table, file = assignment.split("=", 1)
        schema = table.split(".")[0]
        account.duck_conn.execute(f"create schema if not exists {database}.{schema}")
        account.duck_conn.execute(f"create or replace table {database}.{table} as select * from read_parquet('{file}')")
    account.duck_conn.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
