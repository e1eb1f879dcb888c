"""What a run made: accuracy against the known matches, pairs per store, content of GOLD."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from .figures import Accuracy, accuracy

MATCHED_PAIRS = """
    select substr(store_key, 4) as gi_id, substr(partner_store_key, 4) as th_id
    from staging.store_matches where status = 'MATCHED' and source_system = 'GI'"""
CANDIDATE_PAIRS = """
    select substr(gi_store_key, 4) as gi_id, substr(th_store_key, 4) as th_id from staging.scored_pairs"""
GOLD_TABLES = ("stores", "store_crosswalk")


def open_database(database: Path) -> duckdb.DuckDBPyConnection:
    """Open a finished run's DuckDB file for reading."""
    return duckdb.connect(str(database), read_only=True)


@dataclass(frozen=True)
class Truth:
    """What is known of two lists.

    matches:    CSV gi_id, th_id: every true match
    duplicates: CSV source (GI or TH), id, duplicate_of_id: stores that a list holds twice; None when unknown
    """

    matches: Path
    duplicates: Path | None = None


def accuracy_of_pairs(connection: duckdb.DuckDBPyConnection, pairs: str, truth: Truth) -> Accuracy:
    """Accuracy of `pairs`, a query that returns gi_id and th_id, against the known matches.

    A store and its duplicates count as one: a match with either is a match with the store, and two matches of
    the same store with the same store are one match. Which of them a system links is its own choice.
    """
    duplicates = "select null as source, null as id, null as duplicate_of_id limit 0"
    if truth.duplicates:
        duplicates = f"from read_csv('{truth.duplicates}', header = true, all_varchar = true)"
    correct, proposed, known = connection.execute(
        f"""with duplicates as ({duplicates}),
            pairs as ({_of_originals(f"({pairs})")}),
            truth as ({_of_originals("read_csv(?, header = true, all_varchar = true)")})
        select (select count(*) from pairs semi join truth using (gi_id, th_id)),
            (select count(*) from pairs), (select count(*) from truth)""",
        [str(truth.matches)],
    ).fetchone()
    return accuracy(correct, proposed, known)


def _of_originals(pairs: str) -> str:
    return f"""
        select distinct coalesce(gi_duplicates.duplicate_of_id, given.gi_id) as gi_id,
            coalesce(th_duplicates.duplicate_of_id, given.th_id) as th_id
        from {pairs} as given
        left join duplicates as gi_duplicates
            on gi_duplicates.source = 'GI' and given.gi_id = gi_duplicates.id
        left join duplicates as th_duplicates
            on th_duplicates.source = 'TH' and given.th_id = th_duplicates.id"""


def accuracy_of_file(pairs: Path, truth: Truth) -> Accuracy:
    """Accuracy of a CSV file of pairs (gi_id, th_id, more columns) against the known matches."""
    with duckdb.connect() as connection:
        query = f"select gi_id, th_id from read_csv('{pairs}', header = true, all_varchar = true)"
        return accuracy_of_pairs(connection, query, truth)


def blocking_figures(connection: duckdb.DuckDBPyConnection, truth: Truth) -> dict[str, Any]:
    """Candidate pairs, how many of them a GI store has, and the share of the known matches among them."""
    found = accuracy_of_pairs(connection, CANDIDATE_PAIRS, truth)
    pairs, gi_stores = connection.execute("""
        select (select count(*) from staging.scored_pairs),
            (select count(*) from staging.stores where source_system = 'GI')""").fetchone()
    return {
        "candidate_pairs": pairs,
        "candidate_pairs_per_gi_store": round(pairs / gi_stores, 2) if gi_stores else 0.0,
        "blocking_recall": round(found.recall, 4),
    }


def gold_fingerprint(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """SHA-256 of the content of each GOLD table, whatever the order of its rows.

    Columns of type timestamp say when a run was, not what it found: they are left out.
    """
    return {f"gold.{table}": _fingerprint(connection, "gold", table) for table in GOLD_TABLES}


def _fingerprint(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    columns = connection.execute(
        """select column_name from information_schema.columns
        where lower(table_schema) = ? and lower(table_name) = ? and data_type not like 'TIMESTAMP%'
        order by column_name""",
        [schema, table],
    ).fetchall()
    if not columns:
        raise RuntimeError(f"there is no table {schema}.{table}: did every model run?")
    names = ", ".join(f'"{name}"' for (name,) in columns)
    rows = connection.execute(f"select row({names})::varchar as content from {schema}.{table} order by content")
    digest = hashlib.sha256(names.encode())
    while chunk := rows.fetchmany(50_000):
        for (content,) in chunk:
            digest.update(content.encode())
            digest.update(b"\n")
    return digest.hexdigest()
