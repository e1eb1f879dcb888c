"""Choose one-to-one matches from the peer's scored pairs."""

from __future__ import annotations

import duckdb


def assign_one_to_one(connection: duckdb.DuckDBPyConnection, predictions: str, threshold: float) -> int:
    """Make `matches` (gi_id, th_id, weight, probability) from the scored pairs; return the number of rounds.

    Rounds of mutual best, equal to taking the pairs by falling weight, ties by id. Splink's own
    `cluster_using_single_best_links` gives the same links more slowly: the peer is not charged for it.
    """
    connection.execute(f"""
        create or replace temp table free_pairs as
        select case when source_dataset_l = 'gi' then unique_id_l else unique_id_r end as gi_id,
            case when source_dataset_l = 'gi' then unique_id_r else unique_id_l end as th_id,
            match_weight, match_probability
        from {predictions} where match_probability >= {threshold}""")
    connection.execute("create or replace table matches as from free_pairs limit 0")
    rounds = 0
    while connection.execute("select count(*) from free_pairs").fetchone()[0]:
        rounds += 1
        connection.execute("""
            create or replace temp table mutual_best as
            select gi_id, th_id, match_weight, match_probability from free_pairs
            qualify row_number() over (partition by gi_id order by match_weight desc, th_id, gi_id) = 1
                and row_number() over (partition by th_id order by match_weight desc, gi_id, th_id) = 1""")
        connection.execute("insert into matches select * from mutual_best")
        connection.execute("""
            create or replace temp table free_pairs as
            select * from free_pairs
            where gi_id not in (select gi_id from mutual_best)
                and th_id not in (select th_id from mutual_best)""")
    return rounds
