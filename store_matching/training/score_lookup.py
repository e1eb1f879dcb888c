"""The look-up table from total points to the match score, a calibrated probability in percent."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from store_matching.training.scorecard import POINTS_PER_NATURAL_LOG_ODDS

LOWEST_POINTS = -150
HIGHEST_POINTS = 150
DECIMALS = 1


@dataclass(frozen=True)
class ScoreLookup:
    """Match score = 100 / (1 + exp(-(intercept + slope × total points / points per natural log-odds)))."""

    intercept: float
    slope: float

    def match_score(self, total_points: np.ndarray) -> np.ndarray:
        """Return the score, 0 to 100 with one decimal, of total points, both of shape (pairs,)."""
        bounded = np.clip(total_points, LOWEST_POINTS, HIGHEST_POINTS)
        log_odds = self.intercept + self.slope * bounded / POINTS_PER_NATURAL_LOG_ODDS
        return np.round(100 / (1 + np.exp(-log_odds)), DECIMALS)

    def write(self, path: Path) -> None:
        """Write the seed: `total_points,match_score`, one row per whole number of points."""
        points = np.arange(LOWEST_POINTS, HIGHEST_POINTS + 1)
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(["total_points", "match_score"])
            writer.writerows(zip(points.tolist(), self.match_score(points).tolist(), strict=True))


def learn_lookup(assigned: Sequence[tuple[np.ndarray, np.ndarray]]) -> ScoreLookup:
    """Fit the look-up on pairs that were assigned by scorecards that had not seen their lists.

    assigned: per list the total points and the answers (1.0 a match) of its assigned pairs, each of shape
              (pairs,); every list weighs the same, whatever its length
    Method: Platt scaling (Platt 1999).
    """
    points = np.concatenate([total for total, _ in assigned])
    answers = np.concatenate([is_true for _, is_true in assigned])
    weights = np.concatenate([np.full(len(total), 1000 / max(len(total), 1)) for total, _ in assigned])
    bounded = np.clip(points, LOWEST_POINTS, HIGHEST_POINTS) / POINTS_PER_NATURAL_LOG_ODDS
    model = LogisticRegression(C=1e6, max_iter=1000)
    model.fit(bounded[:, None], answers, sample_weight=weights)
    return ScoreLookup(float(model.intercept_[0]), float(model.coef_[0][0]))
