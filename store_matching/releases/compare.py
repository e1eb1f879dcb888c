"""Compare the golden stores of two releases."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from store_matching.lake import Lake, LakeError
from store_matching.lake.schemas import relation_columns
from store_matching.ops import registry
from store_matching.releases.changed_rows import changed_files, make_changed_row_views
from store_matching.releases.types import WrittenTable

GOLDEN_STORES = "gold.stores"
KEY = "gold_store_id"
READABLE = ("active", "superseded", "rolled_back")


@dataclass(frozen=True)
class ReleaseDifference:
    """Golden stores that differ between two releases.

    gained, lost: stores that only one of them has
    changed:      stores of both whose row differs
    by_column:    (column, changed stores in which it differs), most first
    examples:     (change, gold_store_id, store name, what changed), some of each change
    """

    from_release_id: int
    to_release_id: int
    gained: int
    lost: int
    changed: int
    by_column: tuple[tuple[str, int], ...]
    examples: tuple[tuple[str, str, str, str], ...]


def diff_releases(
    lake: Lake, connection: duckdb.DuckDBPyConnection, from_release_id: int, to_release_id: int, examples: int = 5
) -> ReleaseDifference:
    """Return how golden stores differ from one release to another; only files that differ are read.

    Raises LakeError for a release that is unknown, half-made or expired.
    """
    before, after = (_golden_stores(lake, number) for number in (from_release_id, to_release_id))
    columns = relation_columns(connection, after.scan)
    make_changed_row_views(connection, changed_files(lake, before, after), columns, "diff")
    others = [name for name, _ in columns if name != KEY]
    differs = " or ".join(f'b."{name}" is distinct from a."{name}"' for name in others)
    counts = ", ".join(f'count(*) filter (where b."{name}" is distinct from a."{name}")' for name in others)
    both = f"from diff_before as b inner join diff_after as a using ({KEY}) where {differs}"
    gained_rows = f"from diff_after anti join diff_before using ({KEY})"
    lost_rows = f"from diff_before anti join diff_after using ({KEY})"
    gained, lost = (connection.execute(f"select count(*) {rows}").fetchone()[0] for rows in (gained_rows, lost_rows))
    changed, *per_column = connection.execute(f"select count(*), {counts} {both}").fetchone()
    by_column = sorted(
        ((name, n) for name, n in zip(others, per_column, strict=True) if n), key=lambda x: (-x[1], x[0])
    )
    what = " || ".join(
        f"""case when b."{name}" is distinct from a."{name}"
            then '{name}: ' || coalesce(b."{name}"::varchar, '-') || ' → ' || coalesce(a."{name}"::varchar, '-') || '; '
            else '' end"""
        for name in others
    )
    shown = connection.execute(
        f"""(select 'gained', {KEY}, store_name, match_status {gained_rows} order by {KEY} limit {examples})
            union all
            (select 'lost', {KEY}, store_name, match_status {lost_rows} order by {KEY} limit {examples})
            union all
            (select 'changed', {KEY}, a.store_name, {what} {both} order by {KEY} limit {examples})"""
    ).fetchall()
    return ReleaseDifference(
        from_release_id, to_release_id, gained, lost, changed, tuple(by_column), tuple(tuple(row) for row in shown)
    )


def _golden_stores(lake: Lake, release_id: int) -> WrittenTable:
    status = registry.release(lake.ops, release_id)["release_status"]
    tables = registry.release_tables(lake.ops, release_id)
    if status not in READABLE or GOLDEN_STORES not in tables:
        raise LakeError(
            f"release {release_id} is {status}: its stores cannot be read\n"
            "  what to do: choose releases that list_releases shows as active, superseded or rolled_back"
        )
    return tables[GOLDEN_STORES]
