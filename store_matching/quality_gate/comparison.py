"""Two matches of one labelled list: how good each is, which pairs were gained and which were lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from store_matching.evaluation import EvaluationInputs, PairCounts
from store_matching.evaluation.assignment import compare_with_truth
from store_matching.evaluation.inputs import open_inputs
from store_matching.landing.mapping import HeaderMapping
from store_matching.landing.options import ExtractSource
from store_matching.quality_gate.labelled_lists import LabelledList


@dataclass(frozen=True)
class PairChange:
    """A pair that one version matches and the other does not.

    is_true:      by the truth of the list
    base_score:   match score (0 to 100) the base gives the pair, None where it does not propose it; head_score alike
    """

    gi_id: str
    gi_name: str | None
    th_id: str
    th_name: str | None
    is_true: bool
    base_score: float | None
    head_score: float | None


@dataclass(frozen=True)
class ListComparison:
    """One list, matched by base and head.

    gained: pairs that only head matches; lost: pairs that only base matches; both by truth, then by ids
    """

    name: str
    base: PairCounts
    head: PairCounts
    gained: tuple[PairChange, ...]
    lost: tuple[PairChange, ...]


def compare_lists(given: LabelledList, base: Path, head: Path) -> ListComparison:
    """Compare the match in folder `base` with the one in folder `head`, both made from `given`.

    Raises EvaluationInputError or ExtractError for a file that cannot be used.
    """
    sources = tuple(
        ExtractSource(system, path, HeaderMapping(), None) for system, path in (("GI", given.gi), ("TH", given.th))
    )
    with _opened(given, head, sources) as connection, _opened(given, base, ()) as other:
        head_counts = compare_with_truth(connection)
        base_counts = compare_with_truth(other)
        for table in ("predicted", "pairs"):
            connection.register(
                f"base_{table}", other.sql(f"select gi_id, th_id, match_score from {table}").to_arrow_table()
            )
        return ListComparison(
            name=given.name,
            base=base_counts,
            head=head_counts,
            gained=_changes(connection, "predicted", "base_predicted"),
            lost=_changes(connection, "base_predicted", "predicted"),
        )


def _opened(given: LabelledList, folder: Path, sources: tuple[ExtractSource, ...]) -> duckdb.DuckDBPyConnection:
    return open_inputs(
        EvaluationInputs(
            matches=folder / "store_matches.csv",
            truth=given.truth,
            pairs=folder / "scored_pairs.parquet",
            sources=sources,
        )
    )


def _changes(connection: duckdb.DuckDBPyConnection, where: str, missing_from: str) -> tuple[PairChange, ...]:
    rows = connection.execute(
        f"""select changed.gi_id, gi.name, changed.th_id, th.name, truth.gi_id is not null,
                base_pairs.match_score, pairs.match_score
            from (select gi_id, th_id from {where} except select gi_id, th_id from {missing_from}) as changed
            left join truth on changed.gi_id = truth.gi_id and changed.th_id = truth.th_id
            left join base_pairs on changed.gi_id = base_pairs.gi_id and changed.th_id = base_pairs.th_id
            left join pairs on changed.gi_id = pairs.gi_id and changed.th_id = pairs.th_id
            left join stores as gi on gi.source = 'GI' and changed.gi_id = gi.id
            left join stores as th on th.source = 'TH' and changed.th_id = th.id
            order by truth.gi_id is not null, changed.gi_id, changed.th_id"""
    ).fetchall()
    return tuple(PairChange(*row) for row in rows)
