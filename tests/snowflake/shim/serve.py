"""Shim: a fakesnow server over a folder of DuckDB files, one per database. Run by the environment .venv-snowflake.

    python serve.py <folder> <port> <file>

The file gets every statement, as it was sent, parted by lines of ----.

What it adds to fakesnow, and why:
- every session shares the databases of the folder: dbt cannot hand fakesnow's session parameters over
- statements that it cannot read are said otherwise: statements.py
- MART is swapped: swap.py
- databases are dropped: databases.py
- a function that is not there is error 002140, as on Snowflake; time travel, which DuckDB's tables have not, 000002
- INFORMATION_SCHEMA.TABLES has views: views_are_tables.py
- functions are those of Snowflake's reference: functions.py
- whatever goes wrong inside is an error of the statement: fakesnow's own answer, HTTP 500, is retried for ever
- recursion may go deep: the folding of characters is some hundred calls inside one another
"""

import sys
from pathlib import Path

import fakesnow.server as emulator
import functions
import snowflake.connector.errors
import sqlglot
import uvicorn
import views_are_tables
from databases import DROP, drop_database
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.instance import FakeSnow
from statements import readable
from swap import SWAP, swap_schemas

REFUSED = (snowflake.connector.errors.ProgrammingError, snowflake.connector.errors.OperationalError)
# What DuckDB says, and how Snowflake says and numbers it.
NUMBERS = {
    "Function with name": ("SQL compilation error: Unknown function", 2140, "42601"),
    "does not support time travel": ("Unsupported feature", 2, "0A000"),
}
DONE = "select 'Statement executed successfully.' as status"
read_statement = emulator.parse_one
run_statement = FakeSnowflakeCursor.execute


def execute(cursor: FakeSnowflakeCursor, command: str, *arguments: object, **options: object) -> FakeSnowflakeCursor:
    """Run a statement. Raises ProgrammingError, whatever is wrong."""
    try:
        if swapped := SWAP.match(command):
            swap_schemas(cursor._duck_conn, *swapped.groups())
            command = DONE
        if dropped := DROP.match(command):
            drop_database(cursor._duck_conn, Path(sys.argv[1]), dropped[1])
            command = DONE
        done = run_statement(cursor, readable(command), *arguments, **options)
        if (cursor._last_sql or "").startswith("MERGE"):
            # The server describes what it ran, and DuckDB describes no MERGE.
            cursor._last_sql = 'select 0 as "number of rows merged"'
        return done
    except REFUSED as error:
        for part, (said, number, state) in NUMBERS.items():
            if part in str(error):
                raise snowflake.connector.errors.ProgrammingError(
                    msg=f"{said}: {error.raw_msg}", errno=number, sqlstate=state
                ) from error
        raise
    except Exception as error:
        raise refused(error) from error


def parse_one(sql: str) -> sqlglot.Expr:
    """Parse a statement. Raises ProgrammingError, whatever is wrong."""
    with Path(sys.argv[3]).open("a", encoding="utf-8") as file:
        file.write(f"{sql}\n----\n")
    try:
        return read_statement(readable(sql))
    except REFUSED:
        raise
    except Exception as error:
        raise refused(error) from error


def refused(error: Exception) -> snowflake.connector.errors.ProgrammingError:
    """Return a fault of the emulator as an error of the statement."""
    return snowflake.connector.errors.ProgrammingError(
        msg=f"the emulator cannot run this: {type(error).__name__}: {error}", errno=1003, sqlstate="42000"
    )


def main(folder: str, port: int) -> None:
    """Serve until the process is told to end."""
    views_are_tables.install()
    emulator.shared_fs = FakeSnow(db_path=folder)
    FakeSnowflakeCursor.execute = execute
    emulator.parse_one = parse_one
    functions.install(emulator.shared_fs.duck_conn)
    sys.setrecursionlimit(100_000)
    uvicorn.run(emulator.app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)
    emulator.shared_fs.duck_conn.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
