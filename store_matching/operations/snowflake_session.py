"""Statements of a script that works on Snowflake's RAW or OPS, on a connection that can be made anew."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import snowflake.connector
import snowflake.connector.errors

from store_matching.errors import LakeError
from store_matching.operations.snowflake_target import read_snowflake_target
from store_matching.snowflake_proof.connect import connect
from store_matching.snowflake_proof.redact import redactor

PROJECT = Path(__file__).resolve().parents[2]
# Rows of a result that are in memory as Python values at one time.
FETCHED_ROWS = 50_000


class StatementError(LakeError):
    """A statement that did not succeed. is_refused: Snowflake answered; else whether it was done is unknown."""

    def __init__(self, text: str, *, is_refused: bool) -> None:
        super().__init__(text)
        self.is_refused = is_refused


class SnowflakeSession:
    """Runs statements in one database; no secret of the settings is in any text it raises.

    settings: of the dbt target snowflake, with its database
    """

    def __init__(self, settings: Mapping[str, Any], query_tag: str) -> None:
        self.settings = settings
        self.query_tag = query_tag
        self._redact = redactor(settings)
        self._connection: snowflake.connector.SnowflakeConnection | None = None

    def run(self, statement: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run a statement; return its rows, columns in lower case.

        values: bound to the %s of the statement, in order
        Raises StatementError, LakeError where nobody can log in.
        """
        return [row for rows in self.run_in_parts(statement, values) for row in rows]

    def run_in_parts(self, statement: str, values: Sequence[object] = ()) -> Iterator[list[dict[str, Any]]]:
        """Run a statement like `run`; yield its rows some thousands at a time."""
        if self._connection is None:
            self._connection = connect(self.settings, database=self.settings["database"], query_tag=self.query_tag)
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement, tuple(values) or None)
                names = [column.name.lower() for column in cursor.description or []]
                while rows := cursor.fetchmany(FETCHED_ROWS):
                    yield [dict(zip(names, row, strict=True)) for row in rows]
        except (snowflake.connector.errors.Error, OSError) as error:
            said = getattr(error, "raw_msg", None) or getattr(error, "msg", None) or error
            what = " ".join(statement.split()[:3])
            is_refused = isinstance(error, snowflake.connector.errors.ProgrammingError)
            role = f" (role {self.settings['role']})" if is_refused and self.settings.get("role") else ""
            text = self._redact(f"Snowflake, {what} …: {' '.join(str(said).split())}{role}")
            raise StatementError(text, is_refused=is_refused) from None

    def value(self, statement: str, values: Sequence[object] = ()) -> Any:
        """Return the first value of the first row, None where there is no row. Raises as `run`."""
        rows = self.run(statement, values)
        return next(iter(rows[0].values())) if rows else None

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is run inside, or nothing of it: whatever is raised inside takes it back."""
        self.run("begin")
        try:
            yield
            self.run("commit")
        except BaseException:
            try:
                self.run("rollback")
            except LakeError:
                # The transaction may be open still: what comes next must not be part of it. Snowflake ends that of a
                # lost connection by itself, after five minutes where another waits for it.
                self.close()
            raise

    def close(self) -> None:
        """Close the connection; the next statement makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(snowflake.connector.errors.Error, OSError):
                connection.close()

    def __enter__(self) -> SnowflakeSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_snowflake(query_tag: str, *, role: str, warehouse: str) -> SnowflakeSession:
    """Return a session with the login of the dbt target snowflake; nothing is asked of Snowflake yet.

    role, warehouse: what stands in for SNOWFLAKE_ROLE and SNOWFLAKE_WAREHOUSE where they are not set
    Raises LakeError when a setting is missing.
    """
    target, _ = read_snowflake_target(PROJECT, PROJECT / "profiles.example.yml")
    settings = dict(target.values)
    for name, default in (("role", role), ("warehouse", warehouse)):
        variables = target.variables.get(name, [])
        if variables and not any(os.environ.get(variable) for variable in variables):
            settings[name] = default
    return SnowflakeSession(settings, query_tag)
