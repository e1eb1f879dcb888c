"""Statements on a connection, each kept with its seconds, query id and error."""

from __future__ import annotations

import time
from typing import Any

import snowflake.connector
import snowflake.connector.errors

from store_matching.snowflake_proof.classify import number_in
from store_matching.snowflake_proof.redact import Redactor
from store_matching.snowflake_proof.verdicts import Refused, Statement


class Session:
    """Runs statements on `connection` and keeps them in `statements` until they are taken."""

    def __init__(self, connection: snowflake.connector.SnowflakeConnection, redact: Redactor) -> None:
        self.connection = connection
        self.redact = redact
        self.statements: list[Statement] = []

    def run(self, statement: str) -> list[dict[str, Any]]:
        """Run a statement; return its rows, columns in lower case. Raises Refused."""
        text = " ".join(statement.split())
        began = time.monotonic()
        cursor = self.connection.cursor()
        try:
            cursor.execute(statement)
            names = [column.name.lower() for column in cursor.description or []]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except snowflake.connector.errors.Error as error:
            said = self.redact(" ".join(str(error.raw_msg or error.msg or error).split()))
            self.keep(text, began, error.sfqid or cursor.sfqid, said)
            # The connector numbers its own faults from 250001; of the server's the text bears the number too.
            number = number_in(str(error.msg)) or (error.errno if error.errno not in (None, -1) else None)
            raise Refused(said, number) from error
        self.keep(text, began, cursor.sfqid)
        return rows

    def value(self, statement: str) -> Any:
        """Run a statement and return the first value of its first row, None where there is no row. Raises Refused."""
        rows = self.run(statement)
        return next(iter(rows[0].values())) if rows else None

    def refusal(self, statement: str) -> str | None:
        """Return with what text a statement is refused, None where it is not."""
        try:
            self.run(statement)
        except Refused as refused:
            return str(refused)
        return None

    def keep(self, text: str, began: float, query_id: str | None = "", error: str = "") -> None:
        """Keep what was run since `began`, a time of time.monotonic()."""
        self.statements.append(Statement(self.redact(text), time.monotonic() - began, query_id or "", error))

    def take(self) -> list[Statement]:
        """Return the statements kept since the last call."""
        taken, self.statements = self.statements, []
        return taken
