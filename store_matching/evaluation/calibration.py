"""Whether a match score of 80 means right in 80 of 100 cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from store_matching.evaluation.counts import share

# Finer at the top, where most assigned pairs lie.
DEFAULT_EDGES = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98, 100)


@dataclass(frozen=True)
class ScoreBand:
    """Pairs with low <= score < high (the last band includes its high end), shares between 0 and 1."""

    low: float
    high: float
    pairs: int
    mean_score: float
    share_true: float


@dataclass(frozen=True)
class Calibration:
    """Reliability of scores.

    bands:                      bands that hold pairs, lowest first
    expected_calibration_error: mean distance of predicted and observed share, weighted by pairs, 0 to 1
    brier_score:                mean squared distance of score / 100 from the truth (0 or 1)
    """

    bands: tuple[ScoreBand, ...]
    pairs: int
    expected_calibration_error: float | None
    brier_score: float | None


def measure_calibration(
    scores: np.ndarray, is_true: np.ndarray, edges: tuple[float, ...] = DEFAULT_EDGES
) -> Calibration:
    """Return the reliability table of scores.

    scores:  match scores between edges[0] and edges[-1], shape (pairs,); NaN is left out
    is_true: whether the pair is right, shape (pairs,)
    """
    known = ~np.isnan(scores)
    scores, is_true = scores[known], is_true[known]
    band_of = np.clip(np.searchsorted(edges, scores, side="right") - 1, 0, len(edges) - 2)
    bands = []
    for band in np.unique(band_of):
        inside = band_of == band
        bands.append(
            ScoreBand(
                low=float(edges[band]),
                high=float(edges[band + 1]),
                pairs=int(inside.sum()),
                mean_score=float(scores[inside].mean() / 100),
                share_true=float(is_true[inside].mean()),
            )
        )
    gap = sum(band.pairs * abs(band.mean_score - band.share_true) for band in bands)
    squares = float(((scores / 100 - is_true) ** 2).sum())
    return Calibration(tuple(bands), len(scores), share(gap, len(scores)), share(squares, len(scores)))
