"""Read a published release from any process: `store_matching.lake.open_release`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from store_matching.errors import LakeError
from store_matching.lake.extensions import load_extensions
from store_matching.lake.lake import Lake, open_lake
from store_matching.ops import registry

if TYPE_CHECKING:
    import pandas
    import pyarrow as pa

READABLE = ("active", *registry.RESTORABLE)


class Release:
    """One release, read from the lake; whatever is published meanwhile, it stays the same.

    release_id: its number
    connection: DuckDB in memory with a view per table: MART.stores, MART.store_crosswalk, MART.match_coverage, and
                GOLD.stores, STAGING.store_matches, DIAGNOSTICS.unmatched_stores, … as the release has them

    Use it as a context manager, or call `close`.
    """

    def __init__(self, release_id: int, connection: duckdb.DuckDBPyConnection, tables: tuple[str, ...]) -> None:
        self.release_id = release_id
        self.connection = connection
        self.tables = tables

    def arrow(self, table: str) -> pa.Table:
        """Return a table, such as 'mart.stores', as an Arrow table. Raises LakeError for a table there is not."""
        return self._relation(table).to_arrow_table()

    def pandas(self, table: str) -> pandas.DataFrame:
        """Return a table as a data frame; needs pandas. Raises LakeError for a table there is not."""
        return self._relation(table).df()

    def rows(self, sql: str) -> list[tuple]:
        """Rows of a query over the release's tables."""
        return self.connection.execute(sql).fetchall()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def __enter__(self) -> Release:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _relation(self, table: str) -> duckdb.DuckDBPyRelation:
        if table.lower() not in self.tables:
            raise LakeError(f"release {self.release_id} has no table {table}; it has {', '.join(self.tables)}")
        return self.connection.sql(f"select * from {table.lower()}")


def open_release(root: str | Path | None = None, release_id: int | None = None) -> Release:
    """Open the active release of a lake, or a named one that has not expired, for reading.

    root: the lake's root, a folder or s3://bucket/prefix; default STORE_MATCHING_LAKE, else `lake`
    All tables are of one release; the DuckDB file of dbt is not needed, and publishing is not disturbed.
    Raises LakeError where there is no lake, no release, or a file of it is gone.

    Example:
        from store_matching.lake import open_release
        with open_release() as release:
            stores = release.arrow("mart.stores")
    """
    lake = open_lake(root, create=False)
    number = _chosen(lake, release_id)
    tables = registry.release_tables(lake.ops, number)
    selects = {name: f"select * from {table.scan}" for name, table in tables.items()}
    selects |= {f"mart.{name}": sql for name, sql in registry.release_views(lake.ops, number).items()}
    connection = duckdb.connect()
    try:
        load_extensions(connection, s3=lake.settings.is_s3)
        for name, sql in selects.items():
            schema, table = name.split(".")
            connection.execute(f'create schema if not exists "{schema}"')
            connection.execute(f'create view "{schema}"."{table}" as {sql}')
    except duckdb.Error as error:
        connection.close()
        raise LakeError(
            f"{name} of release {number} cannot be read: {str(error).splitlines()[0]}\n"
            "  what to do: if a file of the lake is gone, put it back from a copy, or roll back to another release"
        ) from error
    return Release(number, connection, tuple(selects))


def _chosen(lake: Lake, release_id: int | None) -> int:
    if release_id is None:
        active = registry.active_release(lake.ops)["release_id"]
        if active is None:
            raise LakeError(f"the lake at {lake.settings.root} has no release yet; dbt build publishes the first")
        return active
    status = registry.release(lake.ops, release_id)["release_status"]
    if status not in READABLE:
        raise LakeError(f"release {release_id} is {status}: it cannot be read")
    return release_id
