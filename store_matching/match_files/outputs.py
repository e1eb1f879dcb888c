"""Write the files of a match from its scratch database."""

from __future__ import annotations

from pathlib import Path

import duckdb

from store_matching.match_files.relations import (
    SCORED_PAIRS,
    STORE_DUPLICATES,
    STORE_KEY_PREFIX_LENGTH,
    STORE_MATCHES,
)

MATCHES_FILE = "store_matches.csv"
DUPLICATES_FILE = "linked_duplicates.csv"
PAIRS_FILE = "scored_pairs.parquet"
REJECTED_FILE = "rejected_rows.csv"
IGNORED_FILE = "ignored_values.csv"
SUMMARY_FILE = "summary.json"


def write_outputs(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write all files but the summary into `folder`.

    store_matches.csv      gi_id, th_id, match_score, status (MATCHED, GI_ONLY, TH_ONLY); a store without
                           partner is a row in which the other id and the score are empty
    linked_duplicates.csv  source, id, representative_id, status, partner_id: stores that stand behind another
                           store of their own source, with what became of that one
    scored_pairs.parquet   gi_id, th_id, total_points, match_score, level_*, points_*: every candidate pair
    rejected_rows.csv      source, file, row_number, column, value, reason: rows that landing refused
    ignored_values.csv     the same columns and action: values that were repaired or set to missing
    """
    _copy(connection, _store_matches_sql(), folder / MATCHES_FILE)
    _copy(connection, _linked_duplicates_sql(), folder / DUPLICATES_FILE)
    _copy(connection, _scored_pairs_sql(), folder / PAIRS_FILE)
    for file, table, action in (
        (REJECTED_FILE, "rejected_rows", ""),
        (IGNORED_FILE, "ignored_values", ", action"),
    ):
        rows = f"""
            select source_system as source, source_file as file, row_number, column_name as "column",
                value, reason {action}
            from raw.{table} order by source, row_number, "column"
        """
        _copy(connection, rows, folder / file)


def _store_matches_sql() -> str:
    return f"""
        select {_id("store_key")} as gi_id, {_id("partner_store_key")} as th_id, match_score, status
        from {STORE_MATCHES} where source_system = 'GI'
        union all
        select null, {_id("store_key")}, null, status
        from {STORE_MATCHES} where source_system = 'TH' and status <> 'MATCHED'
        order by gi_id nulls last, th_id
    """


def _linked_duplicates_sql() -> str:
    return f"""
        select
            left(duplicates.store_key, 2) as source,
            {_id("duplicates.store_key")} as id,
            {_id("duplicates.representative_store_key")} as representative_id,
            matches.status,
            {_id("matches.partner_store_key")} as partner_id
        from {STORE_DUPLICATES} as duplicates
        left join {STORE_MATCHES} as matches on duplicates.representative_store_key = matches.store_key
        order by source, id
    """


def _scored_pairs_sql() -> str:
    return f"""
        select
            {_id("gi_store_key")} as gi_id, {_id("th_store_key")} as th_id, total_points, match_score,
            columns('^(level|points)_.*')
        from {SCORED_PAIRS}
        order by gi_id, th_id
    """


def _id(store_key: str) -> str:
    return f"substr({store_key}, {STORE_KEY_PREFIX_LENGTH + 1})"


def _copy(connection: duckdb.DuckDBPyConnection, sql: str, file: Path) -> None:
    options = "format parquet, compression zstd" if file.suffix == ".parquet" else "format csv, header"
    target = str(file).replace("'", "''")
    connection.execute(f"copy ({sql}) to '{target}' ({options})")
