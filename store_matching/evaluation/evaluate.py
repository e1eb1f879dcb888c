"""One evaluation of a match: matches, blocking, labelled pairs, calibration, and the mistakes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import numpy as np

from store_matching.evaluation.assignment import compare_with_truth, count_known_stores
from store_matching.evaluation.blocking import BlockingQuality, measure_blocking
from store_matching.evaluation.calibration import Calibration, measure_calibration
from store_matching.evaluation.counts import PairCounts
from store_matching.evaluation.inputs import (
    EvaluationInputError,
    EvaluationInputs,
    open_inputs,
    threshold_of,
)
from store_matching.evaluation.labelled_pairs import (
    LabelledQuality,
    labelled_scores,
    measure_labelled_pairs,
)
from store_matching.evaluation.mistakes import Mistakes, find_mistakes


@dataclass(frozen=True)
class Evaluation:
    """Everything that was measured; parts whose files were not given are None.

    known_stores:       the counts without wrong pairs of which the truth knows neither store: fair where the
                        truth is partial, too kind where it is complete
    unknown_true_pairs: true pairs of which a store is in no output: rejected, deleted, or not in the extracts
    calibration:        of the assigned pairs; labelled_calibration of the labelled pairs that have a score
    """

    matches: PairCounts
    known_stores: PairCounts
    threshold: float | None
    n_to_1: bool
    unknown_true_pairs: int
    blocking: BlockingQuality | None
    labelled: LabelledQuality | None
    calibration: Calibration
    labelled_calibration: Calibration | None
    mistakes: Mistakes

    def as_dict(self) -> dict[str, Any]:
        """Return all parts as plain values for JSON, shares included."""
        labelled = None
        if self.labelled is not None:
            labelled = asdict(self.labelled) | {
                "counts": self.labelled.counts.as_dict(),
                "best_counts": self.labelled.best_counts.as_dict(),
            }
        return {
            "matches": self.matches.as_dict(),
            "known_stores": self.known_stores.as_dict(),
            "threshold": self.threshold,
            "n_to_1": self.n_to_1,
            "unknown_true_pairs": self.unknown_true_pairs,
            "blocking": None if self.blocking is None else self.blocking.as_dict(),
            "labelled": labelled,
            "calibration": asdict(self.calibration),
            "labelled_calibration": (None if self.labelled_calibration is None else asdict(self.labelled_calibration)),
            "mistakes": asdict(self.mistakes),
        }


def evaluate(inputs: EvaluationInputs) -> Evaluation:
    """Evaluate one match.

    Raises EvaluationInputError when a file cannot be used and ExtractError when an extract cannot.
    """
    threshold = threshold_of(inputs)
    if inputs.labelled is not None and inputs.pairs is None:
        raise EvaluationInputError("labelled pairs need the scores: give scored_pairs.parquet with --pairs")
    if inputs.labelled is not None and threshold is None:
        raise EvaluationInputError(
            "labelled pairs need a threshold: there is no summary.json beside the pairs, give --threshold"
        )
    with open_inputs(inputs) as connection:
        matches = compare_with_truth(connection, n_to_1=inputs.n_to_1)
        labelled, labelled_calibration = None, None
        if inputs.labelled is not None:
            scores, is_true = labelled_scores(connection)
            labelled = measure_labelled_pairs(scores, is_true, threshold, inputs.split)
            labelled_calibration = measure_calibration(scores, is_true)
        return Evaluation(
            matches=matches,
            known_stores=count_known_stores(connection),
            threshold=threshold,
            n_to_1=inputs.n_to_1,
            unknown_true_pairs=_unknown_true_pairs(connection),
            blocking=None if inputs.pairs is None else measure_blocking(connection),
            labelled=labelled,
            calibration=measure_calibration(*_assigned(connection)),
            labelled_calibration=labelled_calibration,
            mistakes=find_mistakes(connection, threshold),
        )


def _assigned(connection: duckdb.DuckDBPyConnection) -> tuple[np.ndarray, np.ndarray]:
    columns = connection.execute(
        "select match_score, outcome = 'TP' as is_true from outcomes where outcome <> 'FN'"
    ).fetchnumpy()
    scores = np.ma.filled(np.ma.asarray(columns["match_score"], dtype=float), np.nan)
    return scores, np.asarray(columns["is_true"], dtype=bool)


def _unknown_true_pairs(connection: duckdb.DuckDBPyConnection) -> int:
    return connection.execute(
        """with known as (
               select 'GI' as source, gi_id as id from matches
               union all select 'TH', th_id from matches
               union all select source, id from duplicates
           )
           select count(*) from truth
           where gi_id not in (select id from known where source = 'GI' and id is not null)
               or th_id not in (select id from known where source = 'TH' and id is not null)"""
    ).fetchone()[0]
