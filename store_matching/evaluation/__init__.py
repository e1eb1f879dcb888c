"""Evaluation: how good the matches, the candidates and the scores are, and what the errors have in common."""

from store_matching.evaluation.calibration import Calibration, ScoreBand, measure_calibration
from store_matching.evaluation.counts import PairCounts
from store_matching.evaluation.evaluate import Evaluation, evaluate
from store_matching.evaluation.inputs import EvaluationInputError, EvaluationInputs
from store_matching.evaluation.labelled_pairs import (
    LabelledQuality,
    best_threshold,
    counts_at,
    measure_labelled_pairs,
)

__all__ = [
    "Calibration",
    "Evaluation",
    "EvaluationInputError",
    "EvaluationInputs",
    "LabelledQuality",
    "PairCounts",
    "ScoreBand",
    "best_threshold",
    "counts_at",
    "evaluate",
    "measure_calibration",
    "measure_labelled_pairs",
]
