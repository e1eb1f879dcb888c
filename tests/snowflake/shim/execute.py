"""Shim: run one statement on an account that no server has open, as a person would by hand.

    python execute.py <folder> <database> <statement>

Run by the environment .venv-snowflake; prints the rows as JSON.
"""

import json
import sys

import functions
import views_are_tables
from fakesnow.instance import FakeSnow
from statements import readable


def main(folder: str, database: str, statement: str) -> list[tuple]:
    """Return the rows of the statement."""
    views_are_tables.install()
    account = FakeSnow(db_path=folder)
    functions.install(account.duck_conn)
    rows = account.connect(database, "MAIN").cursor().execute(readable(statement)).fetchall()
    account.duck_conn.close()
    return rows


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:4]), default=str))
