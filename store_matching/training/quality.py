"""Quality of a scorecard on lists it has not seen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from store_matching.evaluation.calibration import measure_calibration
from store_matching.training.assignment import assign_one_to_one
from store_matching.training.known_pairs import KnownPairs, labelled_pairs, true_matches
from store_matching.training.pair_levels import PairLevels
from store_matching.training.score_lookup import LOWEST_POINTS, ScoreLookup
from store_matching.training.scorecard import Scorecard
from store_matching.training.training_lists import TrainingList


@dataclass(frozen=True)
class ListQuality:
    """Figures of one list; shares between 0 and 1, None where they cannot be measured.

    pair_f1:                    on the labelled test split at the threshold; an unproposed pair counts as "no"
    blocking_recall:            share of the true matches among the candidate pairs
    list_precision, list_recall, list_f1: one-to-one at the threshold against every known true match
    expected_calibration_error: of the assigned pairs whose answer is known
    """

    name: str
    candidate_pairs: int
    pair_f1: float | None
    blocking_recall: float
    list_precision: float
    list_recall: float
    list_f1: float
    expected_calibration_error: float | None

    def as_dict(self) -> dict[str, object]:
        """Return the figures by name, shares rounded to four decimals."""
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}


def assigned_known(levels: PairLevels, known: KnownPairs, scorecard: Scorecard) -> tuple[np.ndarray, np.ndarray]:
    """Return total points and answer of the assigned pairs whose answer is known, both of shape (pairs,)."""
    total = scorecard.total_points(levels.levels)
    answers = np.full(len(total), np.nan)
    answers[known.rows] = known.is_true
    taken = assign_one_to_one(levels, total, LOWEST_POINTS // 2)
    taken = taken[~np.isnan(answers[taken])]
    return total[taken], answers[taken]


def measure_list(
    source: TrainingList,
    levels: PairLevels,
    known: KnownPairs,
    scorecard: Scorecard,
    lookup: ScoreLookup,
    threshold: float,
) -> ListQuality:
    """Return the quality of a scorecard on one list.

    threshold: smallest match score of a match, 0 to 100
    """
    total = scorecard.total_points(levels.levels)
    scores = lookup.match_score(total)
    matches = true_matches(source.truth or Path(source.labels).with_name("truth.csv"))
    taken = assign_one_to_one(levels, total, LOWEST_POINTS * 10)
    taken = taken[scores[taken] >= threshold]
    right = sum(levels.pairs[row] in matches for row in taken)
    points, answers = assigned_known(levels, known, scorecard)
    kept = lookup.match_score(points) >= threshold
    calibration = measure_calibration(lookup.match_score(points)[kept], answers[kept])
    return ListQuality(
        source.name,
        len(levels.pairs),
        _pair_f1(source, levels, scores, threshold) if source.labels else None,
        sum(pair in levels.position for pair in matches) / len(matches),
        right / max(len(taken), 1),
        right / len(matches),
        2 * right / (len(taken) + len(matches)),
        calibration.expected_calibration_error,
    )


def _pair_f1(source: TrainingList, levels: PairLevels, scores: np.ndarray, threshold: float) -> float | None:
    positions, labels = labelled_pairs(source, levels, "test")
    if not len(positions):
        return None
    predicted = np.where(positions >= 0, scores[positions] >= threshold, False)
    right = float((predicted * labels).sum())
    return 2 * right / float(predicted.sum() + labels.sum())
