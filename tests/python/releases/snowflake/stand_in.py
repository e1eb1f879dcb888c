"""A stand-in for a Snowflake account: the statements of the release macros run, on DuckDB, and can be made to fail.

It stands in for one thing only, the order of statements and what each leaves behind in OPS, RELEASE_<n> and MART. It
is no emulator: what Snowflake itself does with a statement is written here as its documentation says (that ALTER
SCHEMA … SWAP WITH also swaps rights, that an Iceberg version is a frozen copy), so that no test of it proves anything
about Snowflake. Grammar is checked apart, with sqlfluff's Snowflake dialect.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from dbt.adapters.snowflake import SnowflakeAdapter, SnowflakeColumn, SnowflakeRelation
from dbt.adapters.snowflake.connections import SnowflakeConnectionManager
from dbt_common.exceptions import DbtDatabaseError
from snowflake.connector.util_text import split_statements

DATABASE = "STORE_MATCHING"
NAME = r"[\w.\"@]+"
# What Snowflake calls otherwise than DuckDB, in the statements of the release macros.
TRANSLATIONS = (
    (r"\\\\", r"\\"),
    (r"\bwith managed access\b", ""),
    (r"create (?:or replace )?transient table", "create or replace table"),
    # DuckDB keeps temporary tables in a catalog of their own; dbt drops them.
    (r"create or replace temporary table", "create or replace table"),
    (rf"create (?:iceberg |transient |or replace )*table ({NAME})\s+clone ({NAME})", r"create table \1 as from \2"),
    (r"start = 1 increment = 1 order", "start 1 increment 1"),
    (r"OPS\.RELEASE_IDS\.nextval", "nextval('OPS.RELEASE_IDS')"),
    (rf"\bhash_agg\(\*\) from ({NAME})", r"coalesce(sum(hash(hashed)), 0) from \1 as hashed"),
    (rf"{DATABASE}\.information_schema\.(tables|views|columns|schemata)", r"STAND_IN.\1"),
    (r"::timestamp_ntz", "::timestamp"),
    (r"\bat\(timestamp => '[^']*'::timestamp\)", ""),
    (r"dateadd\((\w+), ([^,]+), sysdate\(\)\)", r"(sysdate() + (\2) * interval 1 \1)"),
    (r"convert_timezone\('UTC', (\w+)\)", r"\1"),
    (r"to_varchar\(sysdate\(\), '[^']*'\)", "strftime(sysdate(), '%Y-%m-%d %H:%M:%S.%f')"),
    (r"\bcurrent_user\(\)", "'TRANSFORMER_USER'"),
    (r"\bdrop schema if exists (\S+)", r"drop schema if exists \1 cascade"),
)
SET_UP = """
    create schema STAND_IN;
    create table STAND_IN.iceberg_tables (full_name varchar);
    create table STAND_IN.versions (full_name varchar, version_id bigint, digest hugeint);
    create table STAND_IN.tags (full_name varchar, tag varchar, version_id bigint);
    create table STAND_IN.grants (object varchar, privilege varchar, grant_on varchar, grantee varchar);
    create sequence STAND_IN.version_ids start 7001;
    create view STAND_IN.schemata as
        select upper(schema_name) as schema_name from duckdb_schemas() where database_name = 'STORE_MATCHING';
    create view STAND_IN.views as
        select upper(schema_name) as table_schema, upper(view_name) as table_name
        from duckdb_views() where database_name = 'STORE_MATCHING' and not internal;
    create view STAND_IN.columns as
        select upper(schema_name) as table_schema, upper(table_name) as table_name, upper(column_name) as column_name,
            column_index as ordinal_position
        from duckdb_columns() where database_name = 'STORE_MATCHING';
    create view STAND_IN.tables as
        select table_schema, table_name, 'VIEW' as table_type, 'NO' as is_iceberg, 'NO' as is_transient,
            1 as retention_time, timestamp '2020-01-01' as created
        from STAND_IN.views
        union all
        select upper(schema_name), upper(table_name), 'BASE TABLE',
            case when upper(schema_name || '.' || table_name) in (select full_name from STAND_IN.iceberg_tables)
                then 'YES' else 'NO' end,
            case when upper(schema_name) in ('GOLD', 'STAGING') then 'YES' else 'NO' end, 1, timestamp '2020-01-01'
        from duckdb_tables() where database_name = 'STORE_MATCHING';
    create macro sysdate() as (now() at time zone 'UTC');
    create macro to_varchar(value) as cast(value as varchar);
    create macro uuid_string() as cast(uuid() as varchar);
    create macro startswith(text, beginning) as starts_with(text, beginning);
"""


class Killed(DbtDatabaseError):
    """The run lost its connection before a statement, as if its process had been killed."""


class StandIn:
    """One account, in the DuckDB file `file`.

    statements: what was sent since the last `forget`, one by one
    before:     called with each statement before it is run; raises to stop the run there
    """

    def __init__(self, file: Path, copy_of: Path | None = None) -> None:
        self.file = file
        self.statements: list[str] = []
        self.before: Callable[[str], None] = lambda statement: None
        if copy_of is not None:
            shutil.copy(copy_of, file)
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{file}' as {DATABASE}; use {DATABASE}")
        if copy_of is None:
            self.connection.execute(SET_UP)

    def save(self, file: Path) -> None:
        """Copy the account to another file."""
        self.connection.execute("checkpoint")
        shutil.copy(self.file, file)

    def forget(self) -> None:
        """Start a new list of statements; nothing fails any more."""
        self.statements.clear()
        self.before = lambda statement: None

    def kill_before(self, number: int) -> None:
        """Let the run die before the `number`-th of the statements that change something, from now on."""
        left = number

        def die(statement: str) -> None:
            nonlocal left
            left -= changes_something(statement)
            if left < 0:
                raise Killed("the process was killed")

        self.before = die

    def rows(self, sql: str) -> list[tuple]:
        """Rows of a query, which is not recorded."""
        return self.connection.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        """First value of a query."""
        return self.rows(sql)[0][0]

    def send(self, sql: str) -> SimpleNamespace:
        """Run what dbt sends, statement by statement; return a cursor on the last one's result."""
        cursor = None
        for statement, _ in split_statements(StringIO(sql)):
            text = statement.strip().rstrip(";").strip()
            if not re.sub(r"--[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL).strip():
                continue
            try:
                self.before(text)
            except Killed:
                # A session that ends rolls its open transaction back.
                with contextlib.suppress(duckdb.Error):
                    self.connection.execute("rollback")
                raise
            self.statements.append(text)
            cursor = self._run(text)
        return cursor or _cursor([], [])

    def _run(self, statement: str) -> SimpleNamespace:
        for pattern, action in (
            (rf"alter schema {DATABASE}\.(\w+) swap with {DATABASE}\.(\w+)$", self._swap),
            (rf"show grants on \w+ {DATABASE}\.([\w.]+)$", self._show_grants),
            (rf"show future grants in schema {DATABASE}\.(\w+)$", self._show_future_grants),
            (rf"grant (\w+) on (?:schema|view) {DATABASE}\.([\w.]+) to (.+)$", self._grant),
            (rf"grant (\w+) on all (\w+)s in schema {DATABASE}\.(\w+) to (.+)$", self._grant_all),
            (rf"grant (\w+) on future (\w+)s in schema {DATABASE}\.(\w+) to (.+)$", self._grant_future),
            (
                rf"alter iceberg table {DATABASE}\.(\S+)\s+create or replace version_tag (\S+)\s+as of version (\d+)",
                self._tag,
            ),
            (rf"alter iceberg table if exists {DATABASE}\.(\S+)\s+drop version_tag if exists (\S+)$", self._drop_tag),
        ):
            if found := re.match(pattern, statement, flags=re.IGNORECASE):
                return action(*found.groups())
        try:
            result = self.connection.execute(self._translated(statement))
        except duckdb.Error as error:
            with contextlib.suppress(duckdb.Error):
                self.connection.execute("rollback")
            raise DbtDatabaseError(f"{error}\n{statement}") from error
        names = [column[0] for column in result.description or []]
        kinds = [str(column[1]) for column in result.description or []]
        return _cursor(names, result.fetchall(), kinds)

    def _translated(self, statement: str) -> str:
        def versions(found: re.Match) -> str:
            self._keep_version(found[1])
            columns = "version_id, version_id as version_created_at"
            return f"(select {columns} from STAND_IN.versions where full_name = '{found[1]}')"

        def pinned(found: re.Match) -> str:
            return f'STAND_IN."{found[1]}@{found[2]}"'

        sql = re.sub(
            rf"table\({DATABASE}\.information_schema\.get_table_versions\(\s*'{DATABASE}\.([\w.]+)'\)\)",
            versions,
            statement,
        )
        if not sql.startswith("insert into OPS.release_views") and "'" + DATABASE not in sql:
            sql = re.sub(rf"{DATABASE}\.([\w.]+) at\(version => (\d+)\)", pinned, sql)
        else:
            # Names inside quotes are kept as text; only what stands after "from" is read.
            sql = re.sub(
                rf"(from\s+){DATABASE}\.([\w.]+) at\(version => (\d+)\)(?=\s*(?:union|$))", r'\1STAND_IN."\2@\3"', sql
            )
        for pattern, replacement in TRANSLATIONS:
            sql = re.sub(pattern, replacement, sql, flags=re.IGNORECASE)
        return sql

    def _keep_version(self, table: str) -> None:
        """A table that changed since its last version has a new one: a frozen copy."""
        digest = self.value(f"select coalesce(sum(hash(t)), 0) from {table} as t")
        last = self.rows(
            f"select digest from STAND_IN.versions where full_name = '{table}' order by version_id desc limit 1"
        )
        if not last or last[0][0] != digest:
            number = self.value("select nextval('STAND_IN.version_ids')")
            self.connection.execute(f'create table STAND_IN."{table}@{number}" as from {table}')
            self.connection.execute("insert into STAND_IN.versions values (?, ?, ?)", [table, number, digest])

    def _swap(self, one: str, other: str) -> SimpleNamespace:
        views = {
            schema: self.rows(
                f"select view_name, regexp_replace(sql, '^CREATE VIEW \\S+', '', 'i') from duckdb_views() "
                f"where schema_name = '{schema}' and database_name = '{DATABASE}'"
            )
            for schema in (one, other)
        }
        existing = {row[0] for row in self.rows("select schema_name from STAND_IN.schemata")}
        if not {one, other} <= existing:
            raise DbtDatabaseError(f"Schema '{other}' does not exist or not authorized.")
        self.connection.execute("begin")
        for here, there in ((one, other), (other, one)):
            for name, _ in views[here]:
                self.connection.execute(f"drop view {here}.{name}")
            for name, definition in views[there]:
                self.connection.execute(f"create view {here}.{name} {definition}")
        self.connection.execute(
            f"""update STAND_IN.grants set object = case
                    when object = '{one}' or starts_with(object, '{one}.')
                        then '{other}' || substr(object, {len(one) + 1})
                    else '{one}' || substr(object, {len(other) + 1}) end
                where split_part(object, '.', 1) in ('{one}', '{other}')"""
        )
        self.connection.execute("commit")
        return _cursor([], [])

    def _show_grants(self, name: str) -> SimpleNamespace:
        rows = self.rows(f"select privilege, grantee from STAND_IN.grants where object = '{name}' and grant_on is null")
        found = [("OWNERSHIP", "ROLE", "PUBLISHER"), *((privilege, *_grantee(text)) for privilege, text in rows)]
        return _cursor(["privilege", "granted_to", "grantee_name"], found)

    def _show_future_grants(self, schema: str) -> SimpleNamespace:
        rows = self.rows(
            f"""select privilege, grant_on, grantee from STAND_IN.grants
                where object = '{schema}' and grant_on is not null"""
        )
        found = [(privilege, kind, *_grantee(text)) for privilege, kind, text in rows]
        return _cursor(["privilege", "grant_on", "grant_to", "grantee_name"], found)

    def _grant(self, privilege: str, name: str, grantee: str) -> SimpleNamespace:
        self.connection.execute("insert into STAND_IN.grants values (?, ?, null, ?)", [name, privilege, grantee])
        return _cursor([], [])

    def _grant_all(self, privilege: str, kind: str, schema: str, grantee: str) -> SimpleNamespace:
        kinds = {"VIEW": "VIEW", "TABLE": "BASE TABLE"}
        self.connection.execute(
            """insert into STAND_IN.grants
               select distinct table_schema || '.' || table_name, ?, null, ? from STAND_IN.tables
               where table_schema = upper(?) and table_type = ?""",
            [privilege, grantee, schema, kinds[kind.upper()]],
        )
        return _cursor([], [])

    def _grant_future(self, privilege: str, kind: str, schema: str, grantee: str) -> SimpleNamespace:
        self.connection.execute("insert into STAND_IN.grants values (?, ?, ?, ?)", [schema, privilege, kind, grantee])
        return _cursor([], [])

    def _tag(self, table: str, tag: str, version: str) -> SimpleNamespace:
        self.connection.execute("insert into STAND_IN.tags values (?, ?, ?)", [table, tag, int(version)])
        return _cursor([], [])

    def _drop_tag(self, table: str, tag: str) -> SimpleNamespace:
        self.connection.execute("delete from STAND_IN.tags where full_name = ? and tag = ?", [table, tag])
        return _cursor([], [])


def changes_something(statement: str) -> bool:
    """Whether a statement is more than a question."""
    return not re.match(r"select|show|with|describe", statement, flags=re.IGNORECASE)


def _grantee(text: str) -> tuple[str, str]:
    kind, name = text.rsplit(" ", 1)
    return kind.upper().replace(" ", "_"), name.replace('"', "").split(".")[-1]


def _cursor(names: list[str], rows: list[tuple], kinds: list[str] | None = None) -> SimpleNamespace:
    description = [(name, kind, None, None, None, None, True) for name, kind in zip(names, kinds or names, strict=True)]
    waiting = list(rows)
    return SimpleNamespace(
        description=description,
        fetchall=lambda: waiting,
        fetchmany=lambda limit: waiting[:limit],
        fetchone=lambda: waiting[0] if waiting else None,
        rowcount=len(rows),
        sqlstate=None,
        sfqid="query",
    )


def described(kind: str, is_iceberg: bool) -> str:
    """A type as DESCRIBE TABLE gives it: whole numbers have 38 digits, in an Iceberg table those of int and long."""
    if kind not in ("INTEGER", "BIGINT"):
        return kind
    return "NUMBER(38,0)" if not is_iceberg else "NUMBER(10,0)" if kind == "INTEGER" else "NUMBER(19,0)"


@contextlib.contextmanager
def answered_by(account: StandIn) -> Iterator[None]:
    """Let dbt's Snowflake adapter talk to the stand-in; no connection is opened."""

    def opened(connection: Any) -> Any:
        connection.state, connection.handle = "open", SimpleNamespace(close=lambda: None, session_id=1)
        return connection

    def add_query(manager: SnowflakeConnectionManager, sql: str, *_: Any, **__: Any) -> tuple:
        return manager.get_thread_connection(), account.send(sql)

    def list_relations(adapter: SnowflakeAdapter, schema_relation: SnowflakeRelation) -> list[SnowflakeRelation]:
        found = account.rows(
            f"select table_name, table_type from STAND_IN.tables where table_schema = upper('{schema_relation.schema}')"
        )
        return [
            SnowflakeRelation.create(
                database=DATABASE,
                schema=schema_relation.schema,
                identifier=name,
                type="view" if kind == "VIEW" else "table",
            )
            for name, kind in found
        ]

    def list_columns(adapter: SnowflakeAdapter, relation: SnowflakeRelation) -> list[SnowflakeColumn]:
        name = f"{relation.schema}.{relation.identifier}".upper()
        is_iceberg = bool(account.rows(f"select 1 from STAND_IN.iceberg_tables where full_name = '{name}'"))
        return [
            SnowflakeColumn.from_description(row[0], described(row[1], is_iceberg))
            for row in account.rows(f"describe {relation.render()}")
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SnowflakeConnectionManager, "open", classmethod(lambda cls, connection: opened(connection)))
        patch.setattr(SnowflakeConnectionManager, "add_query", add_query)
        patch.setattr(SnowflakeConnectionManager, "data_type_code_to_name", classmethod(lambda cls, code: str(code)))
        patch.setattr(
            SnowflakeAdapter,
            "list_schemas",
            lambda adapter, database: [row[0] for row in account.rows("select schema_name from STAND_IN.schemata")],
        )
        patch.setattr(SnowflakeAdapter, "list_relations_without_caching", list_relations)
        patch.setattr(SnowflakeAdapter, "get_columns_in_relation", list_columns)
        yield
