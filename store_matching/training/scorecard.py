"""The scorecard: whole points per comparison level, learned by logistic regression."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from store_matching.training.comparisons import Comparison
from store_matching.training.known_pairs import KnownPairs
from store_matching.training.pair_levels import PairLevels

# Ten points double the odds that a pair is a match.
POINTS_PER_NATURAL_LOG_ODDS = 10 / math.log(2)
INVERSE_REGULARISATION = 0.5
BASE = "base"


@dataclass(frozen=True)
class Scorecard:
    """Points by comparison name and level, and the base that every pair starts with."""

    base: int
    points: dict[str, dict[int, int]]

    def total_points(self, levels: dict[str, np.ndarray]) -> np.ndarray:
        """Return the sum of points of each pair.

        levels: level by comparison name, each of shape (pairs,); returns shape (pairs,), whole numbers
        """
        total = np.full(len(next(iter(levels.values()))), self.base, dtype=np.int64)
        for name, by_level in self.points.items():
            table = np.zeros(max(by_level) + 1, dtype=np.int64)
            table[list(by_level)] = list(by_level.values())
            total += table[levels[name]]
        return total

    def write(self, path: Path, comparisons: tuple[Comparison, ...]) -> None:
        """Write the seed: `comparison,level,points,label`."""
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(["comparison", "level", "points", "label"])
            writer.writerow([BASE, 0, self.base, "every pair starts here"])
            for comparison in comparisons:
                for level in comparison.levels:
                    points = self.points[comparison.name][level]
                    writer.writerow([comparison.name, level, points, comparison.labels[level]])


def learn_scorecard(sources: Sequence[tuple[PairLevels, KnownPairs]], comparisons: tuple[Comparison, ...]) -> Scorecard:
    """Learn points from pairs with known answers.

    L2-regularised logistic regression on one column per level (scikit-learn). A comparison's points are
    shifted so that "missing" gives none, the rest going to the base, then rounded.
    A level that no training pair has gets the points of the nearest known level; a crossed one gets none.
    """
    columns, present = [], {}
    is_true = np.concatenate([known.is_true for _, known in sources])
    weights = np.concatenate([known.weights for _, known in sources])
    for comparison in comparisons:
        values = np.concatenate([levels.levels[comparison.name][known.rows] for levels, known in sources])
        present[comparison.name] = np.unique(values)
        columns.append((values[:, None] == present[comparison.name][None, :]).astype(np.float32))
    model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=5000)
    model.fit(np.concatenate(columns, axis=1), is_true, sample_weight=weights)
    coefficients = model.coef_[0] * POINTS_PER_NATURAL_LOG_ODDS
    base = float(model.intercept_[0]) * POINTS_PER_NATURAL_LOG_ODDS
    points, start = {}, 0
    for comparison in comparisons:
        known_levels = present[comparison.name]
        learned = dict(zip(known_levels.tolist(), coefficients[start : start + len(known_levels)], strict=True))
        start += len(known_levels)
        neutral = learned.get(0, 0.0)
        base += neutral
        points[comparison.name] = {
            level: round(_learned_or_nearest(level, learned, comparison) - neutral) for level in comparison.levels
        }
    return Scorecard(round(base), points)


def _learned_or_nearest(level: int, learned: dict[int, float], comparison: Comparison) -> float:
    if level in learned:
        return learned[level]
    # The levels of crossed comparisons are no line on which one is near another.
    candidates = [known for known in learned if known > 0]
    if level == 0 or not candidates or max(comparison.levels) >= 100:
        return learned.get(0, 0.0) if level == 0 or not candidates else 0.0
    return learned[min(candidates, key=lambda known: (abs(known - level), known))]
