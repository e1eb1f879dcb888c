"""A full extract turned into the delta that brings the current rows of its window to what it says.

"Current" is the rule of macros/matching/cleaning/current_rows.sql among the batches whose window is not later than
that of the extract. What batches of later windows landed stays as it is, but a late extract still overrides what a
full extract of a later window found unchanged: for such a store that one landed no row.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from store_matching.lake import LakeError, load_extensions
from store_matching.landing.batch import Batch
from store_matching.landing.columns import MAXIMUM_TEXT_LENGTH
from store_matching.landing.iceberg_sql import pinned_scan
from store_matching.landing.lake_tables import landing_columns
from store_matching.landing.landing_rows import CHECKED_COLUMNS, STORE_COLUMNS, stores_rows
from store_matching.landing.load_result import FullCounts, RowAccountingError
from store_matching.landing.text_rules import trimmed

if TYPE_CHECKING:
    from pyiceberg.table import Table

# updated_at is left out: a source that stamps all its rows anew has not changed its stores.
COMPARED_COLUMNS = tuple(name for name in STORE_COLUMNS if name not in ("store_id", "updated_at", "is_deleted"))
COPIED_COLUMNS = tuple(name for name in STORE_COLUMNS if name not in ("updated_at", "is_deleted"))
DELTA_TABLES = ("current_rows", "full_rows")


def full_delta(
    connection: duckdb.DuckDBPyConnection, table: Table, batch: Batch, loaded_at: datetime, *, s3: bool
) -> tuple[pa.Table, FullCounts]:
    """Return the rows to append, new, changed and deleted ones, and what they are.

    connection: holds the extract by `checked_extract`
    s3:         whether the lake lies in an object store
    Raises LakeError when the table cannot be read, RowAccountingError when the rows do not add up.
    """
    load_extensions(connection, s3=s3)
    name = table.name()[-1]
    scan = pinned_scan(landing_columns()[name], table.metadata_location, table.metadata.current_snapshot_id)
    try:
        connection.execute(
            f"create or replace temp table current_rows as {current_rows_sql(f'({scan})', '$window')}",
            {"window": batch.window_start},
        )
    except duckdb.Error as error:
        name = ".".join(table.name())
        raise LakeError(
            f"the current rows of {name} cannot be read: {str(error).splitlines()[0]}\n"
            "  what to do: check that the lake's files are there and can be reached, run again; nothing has landed"
        ) from error
    return delta_against_current_rows(connection, batch, loaded_at)


def current_rows_sql(stores: str, window: str) -> str:
    """Return the select of the current rows of a landing table: STORE_COLUMNS, batch_window_start and is_gone.

    stores: the table, or a query in parentheses
    window: SQL of the latest window that counts
    """
    return f"""
        select {", ".join(STORE_COLUMNS)}, batch_window_start, coalesce(is_deleted, false) as is_gone
        from {stores}
        where batch_window_start <= {window}
        qualify row_number() over (
            partition by store_id
            order by batch_window_start desc nulls last, updated_at desc nulls last, batch_id desc nulls last
        ) = 1
    """


def delta_against_current_rows(
    connection: duckdb.DuckDBPyConnection, batch: Batch, loaded_at: datetime
) -> tuple[pa.Table, FullCounts]:
    """Return the same against a temporary table `current_rows`, as `current_rows_sql` selects it; it is dropped.

    Raises RowAccountingError when the rows do not add up.
    """
    try:
        connection.execute(_full_rows_sql())
        counts = _counts(connection)
        rows = stores_rows(connection, batch, loaded_at, _delta_sql(batch, with_deletions=not counts.withheld))
    finally:
        for name in DELTA_TABLES:
            connection.execute(f"drop table if exists temp.{name}")
    if rows.num_rows != counts.new + counts.changed + counts.deleted:
        raise RowAccountingError(f"{rows.num_rows} rows of a full extract do not add up to {counts}")
    return rows, counts


def unidentified_rows(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many refused rows of the extract do not tell which store they are."""
    return connection.execute(
        f"""select (select count(*) from unreadable_rows) + (
                select count(*) from refused_rows inner join extract_rows using (record_number)
                where not {_has_usable_id()}
            )"""
    ).fetchone()[0]


def _full_rows_sql() -> str:
    """One row per store of the extract or the table: what becomes of it, and its values."""
    differs = " or ".join(f"extract.{name} is distinct from known.{name}" for name in COMPARED_COLUMNS)
    values = ", ".join(f"extract.{name} as new_{name}, known.{name} as old_{name}" for name in STORE_COLUMNS)
    return f"""
        create or replace temp table full_rows as
        with extract as (
            select {CHECKED_COLUMNS} from checked_rows
        ),
        refused as (
            select distinct id from refused_rows inner join extract_rows using (record_number)
            where {_has_usable_id()}
        )
        select
            case
                when extract.store_id is null and (known.is_gone or refused.id is not null) then 'kept'
                when extract.store_id is null then 'absent'
                when known.store_id is null or known.is_gone
                    then case when extract.is_deleted then 'unchanged' else 'new' end
                when extract.is_deleted or {differs} then 'changed'
                else 'unchanged'
            end as outcome,
            known.batch_window_start as known_window,
            {values}
        from extract
        full join current_rows as known on extract.store_id = known.store_id
        left join refused on refused.id = known.store_id
    """


def _counts(connection: duckdb.DuckDBPyConnection) -> FullCounts:
    found = dict(connection.execute("select outcome, count(*) from full_rows group by outcome").fetchall())
    new, changed, unchanged, absent = (found.get(name, 0) for name in ("new", "changed", "unchanged", "absent"))
    accepted = connection.execute("select count(*) from checked_rows").fetchone()[0]
    if new + changed + unchanged != accepted:
        raise RowAccountingError(f"{accepted} rows accepted, but {new} new, {changed} changed, {unchanged} unchanged")
    # A row that does not tell its store may be any of the absent ones.
    is_withheld = unidentified_rows(connection) > 0
    return FullCounts(new, changed, unchanged, 0 if is_withheld else absent, absent if is_withheld else 0)


def _delta_sql(batch: Batch, *, with_deletions: bool) -> str:
    copied = ", ".join(
        f"case when outcome = 'absent' then old_{name} else new_{name} end as {name}" for name in COPIED_COLUMNS
    )
    window = f"timestamp '{batch.window_start.isoformat(sep=' ')}'"
    after_known = f"coalesce(old_updated_at + interval 1 microsecond, {window})"
    # Among rows of one window the highest updated_at is the current one: what this extract says has to be that.
    return f"""
        select {copied},
            case
                when known_window = {window}
                    then greatest(case when outcome <> 'absent' then new_updated_at end, {after_known})
                when outcome <> 'absent' then new_updated_at
            end as updated_at,
            case when outcome = 'absent' then true else new_is_deleted end as is_deleted
        from full_rows
        where outcome in ('new', 'changed'{", 'absent'" if with_deletions else ""})
    """


def _has_usable_id() -> str:
    return (
        f"coalesce({trimmed('id')} <> '' and not contains(id, chr(0)) and length(id) <= {MAXIMUM_TEXT_LENGTH}, false)"
    )
