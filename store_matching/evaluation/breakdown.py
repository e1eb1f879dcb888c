"""Counts of errors by what they have in common, each with examples."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

EXAMPLES = 5


@dataclass(frozen=True)
class ExamplePair:
    """One pair of stores; names are None when the extracts were not given."""

    gi_id: str
    th_id: str
    gi_name: str | None
    th_name: str | None
    match_score: float | None


@dataclass(frozen=True)
class BreakdownRow:
    """Errors that share one property.

    errors:           their number; share_of_errors: 0 to 1
    share_of_correct: share of the correct matches with the same property, None where that says nothing
    examples:         a few of them, highest score first
    """

    property: str
    errors: int
    share_of_errors: float
    share_of_correct: float | None
    examples: tuple[ExamplePair, ...]


@dataclass(frozen=True)
class Breakdown:
    """All errors of one kind, by one kind of property; see `break_down` for the order of the rows."""

    title: str
    rows: tuple[BreakdownRow, ...]


def break_down(
    connection: duckdb.DuckDBPyConnection,
    title: str,
    errors: str,
    correct: str | None = None,
    limit: int = 20,
) -> Breakdown:
    """Count errors by property.

    errors:  SQL with gi_id, th_id, property; a pair has as many rows as it has properties
    correct: the same for correct matches. With it only properties that are commoner among the errors are
             returned, the largest difference of shares first; without it all, the commonest first
    limit:   rows to return
    """
    connection.execute(f"create or replace temp table errors_by_property as {errors}")
    connection.execute(
        "create or replace temp table correct_by_property as "
        + (correct or "select gi_id, th_id, property from errors_by_property where false")
    )
    total, correct_total = (_pairs(connection, f"{kind}_by_property") for kind in ("errors", "correct"))
    counts = connection.execute(
        """with errors as (
               select property, count(*) as found from errors_by_property
               where property is not null group by property
           ),
           correct as (
               select property, count(*) as found from correct_by_property
               where property is not null group by property
           )
           select errors.property, errors.found,
               case when $correct_total > 0 then coalesce(correct.found, 0) / $correct_total end as usual
           from errors left join correct on errors.property = correct.property
           where usual is null or errors.found / $total > usual
           order by errors.found / $total - coalesce(usual, 0) desc, errors.property
           limit $limit""",
        {"total": total, "correct_total": correct_total, "limit": limit},
    ).fetchall()
    rows = tuple(
        BreakdownRow(name, found, found / total, usual, _examples(connection, name)) for name, found, usual in counts
    )
    return Breakdown(title, rows)


def _pairs(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return connection.execute(f"select count(distinct (gi_id, th_id)) from {table}").fetchone()[0]


def _examples(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[ExamplePair, ...]:
    rows = connection.execute(
        """select found.gi_id, found.th_id, gi.name, th.name, error_scores.match_score
           from errors_by_property as found
           left join stores as gi on gi.source = 'GI' and gi.id = found.gi_id
           left join stores as th on th.source = 'TH' and th.id = found.th_id
           left join error_scores on error_scores.gi_id = found.gi_id and error_scores.th_id = found.th_id
           where found.property = ?
           order by error_scores.match_score desc nulls last, found.gi_id, found.th_id
           limit ?""",
        [name, EXAMPLES],
    ).fetchall()
    return tuple(ExamplePair(*row) for row in rows)
