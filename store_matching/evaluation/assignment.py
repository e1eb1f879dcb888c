"""The matches against the truth: which pairs are right, wrong, missed."""

from __future__ import annotations

import duckdb

from store_matching.evaluation.counts import PairCounts
from store_matching.evaluation.inputs import EvaluationInputError


def compare_with_truth(connection: duckdb.DuckDBPyConnection, *, n_to_1: bool = False) -> PairCounts:
    """Make the tables `predicted` and `outcomes` and return their counts.

    predicted  gi_id, th_id, match_score: matched pairs; with n_to_1 also those of linked GI duplicates
    outcomes   gi_id, th_id, match_score, outcome ('TP', 'FP', 'FN'): every predicted or true pair
    Reads `matches`, `duplicates` and `truth`. Raises EvaluationInputError when the matches give a store two
    partners that the assignment does not allow.
    """
    _refuse_second_partners(connection, "gi_id")
    if not n_to_1:
        _refuse_second_partners(connection, "th_id")
    matched = "select gi_id, th_id, match_score from matches where gi_id is not null and th_id is not null"
    rows = _with_gi_duplicates(matched) if n_to_1 else matched
    connection.execute(f"create or replace table predicted as {rows}")
    connection.execute(
        """create or replace table outcomes as
           select
               coalesce(predicted.gi_id, truth.gi_id) as gi_id,
               coalesce(predicted.th_id, truth.th_id) as th_id,
               predicted.match_score,
               case
                   when truth.gi_id is null then 'FP'
                   when predicted.gi_id is null then 'FN'
                   else 'TP'
               end as outcome
           from predicted
           full join truth on predicted.gi_id = truth.gi_id and predicted.th_id = truth.th_id"""
    )
    row = connection.execute(
        """select count(*) filter (where outcome = 'TP'), count(*) filter (where outcome = 'FP'),
                count(*) filter (where outcome = 'FN')
           from outcomes"""
    ).fetchone()
    return PairCounts(*row)


def count_known_stores(connection: duckdb.DuckDBPyConnection) -> PairCounts:
    """Return the counts of `outcomes` without wrong pairs of which the truth knows neither store.

    Where the truth names a part of the true pairs only, nobody knows whether those are wrong.
    """
    row = connection.execute(
        """select count(*) filter (where outcome = 'TP'),
                count(*) filter (
                    where outcome = 'FP' and (
                        gi_id in (select gi_id from truth) or th_id in (select th_id from truth)
                    )
                ),
                count(*) filter (where outcome = 'FN')
           from outcomes"""
    ).fetchone()
    return PairCounts(*row)


def _with_gi_duplicates(matched: str) -> str:
    """SQL: the matched pairs, and each linked GI duplicate with the partner of its representative."""
    return f"""
        with own as ({matched})
        select gi_id, th_id, match_score from own
        union
        select duplicates.id, own.th_id, own.match_score
        from own
        inner join duplicates on duplicates.source = 'GI' and duplicates.representative_id = own.gi_id
    """


def _refuse_second_partners(connection: duckdb.DuckDBPyConnection, column: str) -> None:
    found = connection.execute(
        f"""select {column}, count(*) from matches where gi_id is not null and th_id is not null
            group by {column} having count(*) > 1 order by 2 desc, 1 limit 1"""
    ).fetchone()
    if found is not None:
        advice = "" if column == "gi_id" else "; evaluate it with --n-to-1"
        raise EvaluationInputError(
            f"the matches are not one-to-one: {column} {found[0]!r} has {found[1]} partners{advice}"
        )
