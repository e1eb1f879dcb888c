"""RAW and OPS on the emulator as Terraform makes them on an account, and sessions of scripts there."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from store_matching.landing.landing_tables import landing_tables_sql
from store_matching.operations.snowflake_session import SnowflakeSession
from store_matching.operations.sql_linting import parse_snowflake
from store_matching.ops.definition import ops_tables_sql
from tests.snowflake.emulator import DATABASE, REPOSITORY, EmulatedAccount
from tests.snowflake.statements import write_statements

# What no text may hold.
PASSWORD = "snow-K7q"


class EmulatedTables:
    """A served account with the tables of RAW and OPS, empty; `settings` log in."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.settings = {
            "type": "snowflake",
            "account": "fakesnow",
            "host": "127.0.0.1",
            "port": port,
            "protocol": "http",
            "user": "fake",
            "password": PASSWORD,
            "role": "STORE_LOADER",
            "warehouse": "STORE_LOAD",
            "database": DATABASE,
            "schema": "MAIN",
            "threads": 1,
        }
        self.session = SnowflakeSession(self.settings, "a_test")
        statements = f"{landing_tables_sql()};create schema if not exists OPS;{ops_tables_sql('OPS.')}".split(";")
        for statement in statements:
            if statement.strip():
                self.session.run(statement)
        outputs = {"store_matching": {"target": "snowflake", "outputs": {"snowflake": self.settings}}}
        (root / "profiles.yml").write_text(yaml.safe_dump(outputs), encoding="utf-8")

    def empty(self) -> None:
        """Delete the rows of RAW and OPS."""
        for table in ("gi_stores", "th_stores", "rejected_rows", "ignored_values", "batches"):
            self.session.run(f"delete from RAW.{table}")
        for table in ("reprocess_triggers", "match_labels", "reload_requests"):
            self.session.run(f"delete from OPS.{table}")

    def rows(self, query: str) -> list[tuple]:
        """Rows of a query, in its order."""
        return [tuple(row.values()) for row in self.session.run(query)]

    def unread_statements(self, folder: Path, work: Callable[[], object]) -> list[tuple[object, str]]:
        """Return what Snowflake's grammar cannot read of what `work` sends: finding and statement."""
        log = self.root / "emulated/statements.txt"
        before = log.stat().st_size
        work()
        sent = folder / "sent.txt"
        # The reference allows an empty list; sqlfluff 4.4 does not know it.
        sent.write_bytes(log.read_bytes()[before:].replace(b"null_if = ()", b"null_if = ('x')"))
        assert write_statements(sent, folder / "statements") > 3
        _, findings = parse_snowflake(folder / "statements")
        return [(each, (folder / "statements" / each.path).read_text(encoding="utf-8")) for each in findings]

    def script(self, name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a script of the repository on the account, as somebody would start it."""
        return subprocess.run(
            [sys.executable, REPOSITORY / "scripts" / name, "--target", "snowflake", *map(str, arguments)],
            env=os.environ | {"DBT_PROFILES_DIR": str(self.root)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@contextlib.contextmanager
def emulated_tables(root: Path) -> Iterator[EmulatedTables]:
    """Serve an account with the tables."""
    account = EmulatedAccount(root / "emulated")
    with account.server() as port:
        tables = EmulatedTables(root, port)
        with tables.session:
            yield tables
