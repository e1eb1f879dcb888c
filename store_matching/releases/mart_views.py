"""The MART views of DuckDB: a cache of what OPS says, rendered again whenever dbt starts or MART moves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from store_matching.lake import LakeError
from store_matching.ops import registry
from store_matching.ops.store import OpsStore
from store_matching.releases.types import MartView, WrittenTable

MART = "MART"
CANDIDATE = "MART_CANDIDATE"
# The table's folder is kept, the metadata file and the snapshot are not.
PIN = re.compile(r"iceberg_scan\('(?:[^']|'')*?([^/']+/[^/']+)/metadata/(?:[^']|'')*', snapshot_from_id => \d+\)")


def pinned_sql(connection: duckdb.DuckDBPyConnection, view: MartView, scans: dict[str, str]) -> str:
    """Return a view's query over one release: each relation of a released model becomes its pinned scan.

    scans: quoted relation -> table function
    Raises LakeError where the query reads anything that is no released model: it would change without a release.
    """
    sql = view.sql
    for relation, scan in scans.items():
        sql = sql.replace(relation, scan)
    others = tables_read(connection, sql) if sql != view.sql else {"no model of the release"}
    if others:
        raise LakeError(
            f"MART.{view.name} reads {', '.join(sorted(others))}: it may only select from models of the release\n"
            "  what to do: read a released model instead, or set `meta: {released: true}` on that one"
        )
    return sql


def tables_read(connection: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    """Return the tables and views that a query names, its own common table expressions and functions left out.

    The query is parsed and not bound: to bind it would read the metadata files of every pinned scan.
    Raises LakeError where the query cannot be parsed.
    """
    tree = json.loads(connection.execute("select json_serialize_sql(?::varchar)", [sql]).fetchone()[0])
    if tree.get("error"):
        raise LakeError(
            f"the query of a MART view cannot be parsed: {tree.get('error_message')}\n"
            f"  what to do: correct the model; the query begins with {sql[:80]!r}"
        )
    nodes = list(_nodes(tree))
    own = {entry["key"].lower() for node in nodes for entry in (node.get("cte_map") or {}).get("map", [])}
    return {
        ".".join(part for part in (node["schema_name"], node["table_name"]) if part)
        for node in nodes
        if node.get("type") == "BASE_TABLE" and (node["schema_name"] or node["table_name"].lower() not in own)
    }


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    """Yield every object of a parsed query, outermost first."""
    if isinstance(tree, dict):
        yield tree
        children = tree.values()
    else:
        children = tree if isinstance(tree, list) else ()
    for child in children:
        yield from _nodes(child)


def without_pins(sql: str) -> str:
    """Return a pinned query without what tells one snapshot from another, to compare what two releases ask."""
    return PIN.sub(r"iceberg_scan(\1)", sql)


def scans_of(tables: dict[str, WrittenTable], relations: dict[str, str]) -> dict[str, str]:
    """Return the pinned scan of each quoted relation; `relations`: table name -> quoted relation."""
    return {relation: tables[name].scan for name, relation in relations.items()}


def render_views(connection: duckdb.DuckDBPyConnection, views: dict[str, str], schema: str = MART) -> None:
    """Make the schema hold exactly these views, all of them in one transaction.

    A view of another release that this one lacks is removed: MART never shows two releases at once.
    Raises LakeError when a metadata file of the release is gone.
    """
    connection.execute(f"create schema if not exists {schema}")
    connection.execute("begin transaction")
    name = "*"
    try:
        for (other,) in connection.execute(
            "select view_name from duckdb_views() where lower(schema_name) = lower(?) and not internal "
            "and database_name = current_database()",
            [schema],
        ).fetchall():
            if other not in views:
                connection.execute(f'drop view {schema}."{other}"')
        for name, sql in views.items():
            connection.execute(f'create or replace view {schema}."{name}" as {sql}')
        connection.execute("commit")
    except duckdb.Error as error:
        connection.execute("rollback")
        raise LakeError(
            f"{schema}.{name} cannot be read: {str(error).splitlines()[0]}\n"
            "  what to do: if a metadata file of this release is gone, put it back from a copy of the lake, or go "
            "back with: dbt run-operation rollback_release --args '{release_id: <n>, reason: <why>}' "
            "(list_releases shows the numbers); nothing was changed"
        ) from error


@contextmanager
def told_as_moved(release_id: int) -> Iterator[None]:
    """Say of an error after the commit point that the release is active all the same."""
    try:
        yield
    except (LakeError, duckdb.Error) as error:
        raise LakeError(
            f"release {release_id} is active, and readers of the lake see it; this database could not follow: {error}\n"
            "  what to do: mend the cause; the next dbt run renders MART and completes the ledger"
        ) from error


def drop_candidate_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove the views that a candidate was tested by."""
    connection.execute(f"drop schema if exists {CANDIDATE} cascade")


def render_active(connection: duckdb.DuckDBPyConnection, ops: OpsStore) -> int | None:
    """Render MART as OPS says, and return the active release; None, and nothing done, where there is none."""
    release_id = registry.active_release(ops)["release_id"]
    if release_id is not None:
        render_views(connection, registry.release_views(ops, release_id))
    return release_id
