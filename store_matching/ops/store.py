"""The OPS store: one SQLite file in WAL mode, which dbt and other processes read and write at the same time.

Every access is by Python's own sqlite3, also inside dbt's process: a second SQLite library in the same process
(DuckDB's extension) would drop the first one's locks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from store_matching.errors import LakeError
from store_matching.ops.definition import ops_columns, ops_tables, ops_tables_sql

WAIT_SECONDS = 30
TIME_FORMAT = "%Y-%m-%d %H:%M:%S.%f"


def timestamp(moment: datetime | None = None) -> str:
    """Return a moment in UTC as OPS keeps it, by default now."""
    chosen = moment or datetime.now(UTC)
    if chosen.tzinfo is not None:
        chosen = chosen.astimezone(UTC).replace(tzinfo=None)
    return chosen.strftime(TIME_FORMAT)


class OpsStore:
    """The OPS tables in one SQLite file; missing tables are made when the file is first used.

    A connection is opened per call: SQLite connections must not cross threads, and opening one takes a fraction
    of a millisecond.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._is_made = False

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
        """Rows of a query as dictionaries. Raises LakeError when the file cannot be read."""
        with self._connected() as connection:
            return [dict(row) for row in connection.execute(sql, parameters)]

    def row(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> dict[str, Any] | None:
        """First row of a query, None where there is none."""
        rows = self.rows(sql, parameters)
        return rows[0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the only write transaction; everything in it is written at its end, or nothing is.

        A second writer waits. Raises LakeError when it waited too long or the disk is full.
        """
        with self._connected() as connection:
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.execute("commit")

    def setting(self, name: str) -> str | None:
        """Value of a setting, None where it has none."""
        if not self.file.exists():
            return None
        found = self.row("select setting_value from settings where setting_name = ?", (name,))
        return None if found is None else found["setting_value"]

    def keep_setting(self, name: str, value: str) -> None:
        """Keep a setting."""
        with self.transaction() as connection:
            set_setting(connection, name, value)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.file, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
                connection.row_factory = sqlite3.Row
                if not self._is_made:
                    self._make(connection)
                yield connection
        except sqlite3.Error as error:
            raise LakeError(f"OPS ({self.file}): {error}\n  what to do: {_advice(str(error))}") from error

    def _make(self, connection: sqlite3.Connection) -> None:
        if _is_complete(connection):
            # A reader needs no right to write, and does not wait for a writer.
            self._is_made = True
            return
        if connection.execute("pragma journal_mode").fetchone()[0] != "wal":
            connection.execute("pragma journal_mode = wal")
        connection.execute("begin immediate")
        for statement in ops_tables_sql().split(";"):
            if statement.strip():
                connection.execute(statement)
        for table, columns in _lacking_columns(connection).items():
            for name, kind in columns.items():
                connection.execute(f"alter table {table} add column {name} {kind}")
        connection.execute(
            "insert or ignore into active_release (slot, changed_at, is_held) values (1, ?, 0)", (timestamp(),)
        )
        connection.execute("commit")
        self._is_made = True


def _is_complete(connection: sqlite3.Connection) -> bool:
    """Whether every table is there with all its columns, and the one row of `active_release` too."""
    found = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
    if not found.issuperset(ops_tables()) or _lacking_columns(connection):
        return False
    return bool(connection.execute("select 1 from active_release").fetchone())


def _lacking_columns(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Columns, by table, that an OPS file of an earlier version lacks."""
    found: dict[str, set[str]] = {}
    rows = connection.execute(
        "select m.name, c.name from sqlite_master as m, pragma_table_info(m.name) as c where m.type = 'table'"
    )
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    lacking = {
        table: {name: kind for name, kind in columns.items() if name not in found[table]}
        for table, columns in ops_columns().items()
        if table in found
    }
    return {table: columns for table, columns in lacking.items() if columns}


def set_setting(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Keep a setting inside a transaction of `OpsStore.transaction`."""
    connection.execute(
        """insert into settings (setting_name, setting_value, changed_at) values (?, ?, ?)
           on conflict (setting_name) do update set setting_value = excluded.setting_value,
               changed_at = excluded.changed_at""",
        (name, value, timestamp()),
    )


def _advice(message: str) -> str:
    if "locked" in message:
        return "another process is writing; try again when it has ended"
    if "full" in message:
        return "free some space on the disk and run again; nothing was written"
    if "readonly" in message or "unable to open" in message:
        return "check that the lake's folder exists and may be written by this user"
    return "if the file is damaged, put back a copy of it; the Iceberg tables are not touched"
