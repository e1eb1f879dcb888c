"""Counts of a built database that tell a person whether the matching went as expected."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from store_matching.lake import lake_settings, load_extensions
from store_matching.lake.settings import is_without_lake

SOURCES = ("GI", "TH")
COMMONEST_CAUSES = 5

SOURCE_COUNTS = """
    select
        (select count(distinct store_id) from raw.{table}),
        (select count(*) from raw.rejected_rows where source_system = '{source}')
"""
DUPLICATES = """
    select count(*) from staging.store_duplicates
    where store_key <> representative_store_key and store_key like '{source}:%'
"""
IN_MATCHED_STORES = """
    select count(*) filter (where stores.match_status = 'MATCHED') / nullif(count(*), 0)
    from gold.store_crosswalk as crosswalk
    inner join gold.stores as stores on crosswalk.gold_store_id = stores.gold_store_id
    where crosswalk.source_system = '{source}'
"""
GOLDEN_STORES = "select match_status, count(*) from gold.stores group by match_status"
CAUSES = f"""
    select failure_cause, count(*) as stores
    from diagnostics.unmatched_stores
    group by failure_cause
    order by stores desc, failure_cause
    limit {COMMONEST_CAUSES}
"""


@dataclass(frozen=True)
class SourceCounts:
    """What became of one source; None where the table is not built.

    stores:        stores loaded
    rejected:      rows refused when they were loaded
    duplicates:    stores linked to another store of the same source
    matched_share: share of its stores, 0 to 1, whose golden store holds a store of the other source too
    """

    source_system: str
    stores: int | None
    rejected: int | None
    duplicates: int | None
    matched_share: float | None


@dataclass(frozen=True)
class BuildCounts:
    """What a build made; None where the table is not built.

    golden: golden stores by match status
    causes: (cause, stores) why stores are unmatched, commonest first
    """

    sources: tuple[SourceCounts, ...]
    golden: dict[str, int] | None
    causes: list[tuple[str, int]] | None


def read_build_counts(database: Path) -> BuildCounts:
    """Count what the last build left in the database.

    Raises FileNotFoundError when there is no such database and duckdb.Error when it cannot be opened.
    """
    if not database.is_file():
        raise FileNotFoundError(f"there is no database {database}: run `make build`")
    with duckdb.connect(str(database), read_only=True) as connection:
        if not is_without_lake():
            # RAW and MART are views over the lake.
            load_extensions(connection, s3=lake_settings().is_s3)
        golden = _rows(connection, GOLDEN_STORES)
        return BuildCounts(
            sources=tuple(_source_counts(connection, source) for source in SOURCES),
            golden=None if golden is None else dict(golden),
            causes=_rows(connection, CAUSES),
        )


def _source_counts(connection: duckdb.DuckDBPyConnection, source: str) -> SourceCounts:
    landed = _rows(connection, SOURCE_COUNTS.format(table=f"{source.lower()}_stores", source=source))
    stores, rejected = landed[0] if landed else (None, None)
    return SourceCounts(
        source_system=source,
        stores=stores,
        rejected=rejected,
        duplicates=_value(connection, DUPLICATES.format(source=source)),
        matched_share=_value(connection, IN_MATCHED_STORES.format(source=source)),
    )


def _value(connection: duckdb.DuckDBPyConnection, sql: str) -> int | float | None:
    rows = _rows(connection, sql)
    return rows[0][0] if rows else None


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple] | None:
    """Rows of a query, None when a table of it is not there, as after a build that stopped half-way."""
    try:
        return connection.execute(sql).fetchall()
    except duckdb.CatalogException:
        return None
