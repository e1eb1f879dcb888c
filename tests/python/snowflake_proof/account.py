"""A connection that answers as it is told, and keeps what it was asked."""

from types import SimpleNamespace

import snowflake.connector.errors


class Account:
    """Answers by fragment of a statement: rows as dicts, or an exception to raise; anything else gives no rows."""

    def __init__(self, **_: object) -> None:
        self.answers: dict[str, object] = {}
        self.asked: list[str] = []

    def cursor(self) -> "Cursor":
        """Return a cursor."""
        return Cursor(self)


class Cursor:
    """What Session uses of a cursor."""

    sfqid = "01c0-query"

    def __init__(self, account: Account) -> None:
        self.account = account
        self.rows: list[dict] = []

    @property
    def description(self) -> list[SimpleNamespace]:
        """Columns of the answer."""
        return [SimpleNamespace(name=name) for name in (self.rows[0] if self.rows else {})]

    def execute(self, statement: str) -> None:
        """Answer a statement."""
        self.account.asked.append(statement)
        answer = next((told for part, told in self.account.answers.items() if part in statement), [])
        if isinstance(answer, BaseException):
            raise answer
        self.rows = answer

    def fetchall(self) -> list[tuple]:
        """Return the rows."""
        return [tuple(row.values()) for row in self.rows]


def refusal(number: int, state: str, text: str) -> snowflake.connector.errors.ProgrammingError:
    """Return an error as the server gives it."""
    return snowflake.connector.errors.ProgrammingError(msg=text, errno=number, sqlstate=state, sfqid="01c0-query")
