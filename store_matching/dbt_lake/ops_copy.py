"""Copies of the OPS tables in DuckDB's schema OPS, where models and analyses read them as on Snowflake.

OPS itself is a SQLite file. It is copied, not attached: two SQLite libraries in one process lose each other's locks.
A run so reads OPS as it was when the run began.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from store_matching.ops.definition import ops_columns, ops_tables, ops_tables_sql
from store_matching.ops.store import OpsStore
from store_matching.releases.ledger import LEDGER_SETTING

SCHEMA = "OPS"
# Grows by every node of every run: a month is enough to look at, the rest stays in OPS.
LOG_CONDITION = "where finished_at > datetime('now', '-31 days')"
# Copied only when a release has changed it: it holds a row per golden store.
LEDGER = "gold_store_ids"
LEDGER_COPY = "gold_store_ids_copied"


def copy_ops_tables(ops: OpsStore, connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the copies to what OPS holds; all of them in one transaction."""
    stands_at = ops.setting(LEDGER_SETTING) or ""
    connection.execute("begin transaction")
    try:
        connection.execute(f"create schema if not exists {SCHEMA}")
        connection.execute(ops_tables_sql(f"{SCHEMA}."))
        connection.execute(f"create table if not exists {SCHEMA}.{LEDGER_COPY} (as_of_release varchar)")
        for table in ops_tables():
            if table != LEDGER:
                _copy(ops, connection, table, LOG_CONDITION if table == "transformation_logs" else "")
        copied = connection.execute(f"select max(as_of_release) from {SCHEMA}.{LEDGER_COPY}").fetchone()[0]
        if copied != stands_at:
            _copy(ops, connection, LEDGER, "")
            connection.execute(f"delete from {SCHEMA}.{LEDGER_COPY}")
            connection.execute(f"insert into {SCHEMA}.{LEDGER_COPY} values (?)", [stands_at])
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def _copy(ops: OpsStore, connection: duckdb.DuckDBPyConnection, table: str, condition: str) -> None:
    rows = ops.rows(f"select * from {table} {condition}")
    # Not deleted and inserted: DuckDB would find the old keys of a primary key within one transaction.
    names = [(name, definition.split()[0]) for name, definition in ops_columns()[table].items()]
    if not rows:
        typed = ", ".join(f"cast(null as {type_name}) as {name}" for name, type_name in names)
        connection.execute(f"create or replace table {SCHEMA}.{table} as select {typed} where false")
        return
    copied = pa.table({name: pa.array([row[name] for row in rows]) for name, _ in names})
    connection.register("ops_rows", copied)
    typed = ", ".join(f"cast({name} as {type_name}) as {name}" for name, type_name in names)
    connection.execute(f"create or replace table {SCHEMA}.{table} as select {typed} from ops_rows")
    connection.unregister("ops_rows")
