"""A stand-in account that has the roles of terraform/rights_matrix.csv, and refuses in Snowflake's words."""

import csv
import re
from pathlib import Path

from tests.python.snowflake_proof.account import Account, Cursor, refusal

MATRIX = Path(__file__).resolve().parents[3] / "terraform/rights_matrix.csv"
OWN, DATABASE = "PROOF_ROLE", "STORE_MATCHING_TEST"
PRIVILEGES = {"insert into": "INSERT", "update": "UPDATE", "delete from": "DELETE", "from": "SELECT"}
DML = re.compile(rf"(insert into|update|delete from|from) {DATABASE}\.(\w+)\.\"?(\w+)\"?")
VIEW = re.compile(rf'create view {DATABASE}\.(\w+)\."(\w+)"')


class RolesAccount(Account):
    """granted: the roles that the user has; rights: by object and role what the matrix says, to be changed at will."""

    def __init__(self, *granted: str, views: tuple[str, ...] = ("MART_STORES",)) -> None:
        super().__init__()
        self.granted = {f"STORE_{role.upper()}_TEST": role for role in granted}
        self.views = views
        self.role = OWN
        self.open_transactions = 0
        with MATRIX.open(encoding="utf-8") as file:
            self.rights = {row["object"]: row for row in csv.DictReader(file)}

    def cursor(self) -> "RolesCursor":
        """Return a cursor."""
        return RolesCursor(self)

    def may(self, schema: str, name: str, privilege: str) -> bool:
        """Whether the role of the session may do something with an object, or with all in its schema."""
        row = self.rights.get(f"{schema}.{name}") or self.rights[f"relations in {schema}"]
        return self._has(row, privilege)

    def may_enter(self, schema: str, privilege: str = "USAGE") -> bool:
        """Whether the role of the session has a right on a schema."""
        return self._has(self.rights[f"schema {schema}"], privilege)

    def _has(self, row: dict[str, str], privilege: str) -> bool:
        held = row[self.granted[self.role]] if self.role in self.granted else "none"
        return held == "all" or privilege in held.split(" + ")


class RolesCursor(Cursor):
    """Answers as the role that the session has."""

    account: RolesAccount

    def execute(self, statement: str) -> None:
        """Answer a statement, or refuse it."""
        super().execute(statement)
        account = self.account
        if role := re.fullmatch(r'use role "?(\w+)"?', statement):
            if role[1] not in {OWN, *account.granted}:
                raise refusal(3013, "42501", f"SQL access control error: Requested role '{role[1]}' is not assigned.")
            account.role = role[1]
        elif statement in ("begin", "rollback"):
            account.open_transactions += {"begin": 1, "rollback": -1}[statement]
        elif statement == "select current_role()":
            self.rows = [{"CURRENT_ROLE()": account.role}]
        elif statement.startswith("show views"):
            self.rows = [{"name": view} for view in account.views] if account.may_enter("MART") else []
        elif view := VIEW.search(statement):
            self._refuse_view(*view.groups())
        elif found := DML.search(statement):
            self._refuse_rows(*found.groups())

    def _refuse_view(self, schema: str, name: str) -> None:
        if not self.account.may_enter(schema, "CREATE VIEW"):
            raise refusal(3001, "42501", f"Insufficient privileges to operate on schema '{schema}'")
        raise refusal(2002, "42710", f"Object '{name}' already exists.")

    def _refuse_rows(self, verb: str, schema: str, name: str) -> None:
        if not self.account.may_enter(schema):
            raise refusal(2003, "02000", f"Schema '{schema}' does not exist or not authorized.")
        if not self.account.may(schema, name, PRIVILEGES[verb]):
            raise refusal(3001, "42501", f"Insufficient privileges to operate on table '{name}'")
