"""Pair by pair decisions against labelled pairs, with or without an assignment behind them."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from store_matching.evaluation.counts import PairCounts


@dataclass(frozen=True)
class LabelledQuality:
    """Decisions on labelled pairs: a match when the score is at or above the threshold.

    counts:       at `threshold`
    best_counts:  at `best_threshold`, the one with the highest F1 on these pairs: an upper bound, because it
                  was chosen by looking at the labels
    not_proposed: labelled pairs without score, taken as "no match"; true_not_proposed of them are true
    """

    split: str | None
    pairs: int
    true_pairs: int
    not_proposed: int
    true_not_proposed: int
    threshold: float
    counts: PairCounts
    best_threshold: float
    best_counts: PairCounts


def labelled_scores(connection: duckdb.DuckDBPyConnection) -> tuple[np.ndarray, np.ndarray]:
    """Return (scores, is_true) of the table `labelled`, NaN where no blocking rule proposed the pair."""
    columns = connection.execute(
        """select pairs.match_score as score, labelled.is_true
           from labelled left join pairs on labelled.gi_id = pairs.gi_id and labelled.th_id = pairs.th_id"""
    ).fetchnumpy()
    scores = np.ma.filled(np.ma.asarray(columns["score"], dtype=float), np.nan)
    return scores, np.asarray(columns["is_true"], dtype=bool)


def measure_labelled_pairs(
    scores: np.ndarray, is_true: np.ndarray, threshold: float, split: str | None = None
) -> LabelledQuality:
    """Compare decisions with labels.

    scores:    match scores, shape (pairs,), NaN for a pair without score
    is_true:   labels, shape (pairs,)
    threshold: 0 to 100
    """
    proposed = ~np.isnan(scores)
    best = best_threshold(scores, is_true)
    return LabelledQuality(
        split=split,
        pairs=len(scores),
        true_pairs=int(is_true.sum()),
        not_proposed=int((~proposed).sum()),
        true_not_proposed=int((~proposed & is_true).sum()),
        threshold=threshold,
        counts=counts_at(scores, is_true, threshold),
        best_threshold=best,
        best_counts=counts_at(scores, is_true, best),
    )


def counts_at(scores: np.ndarray, is_true: np.ndarray, threshold: float) -> PairCounts:
    """Return the counts when pairs with `scores` >= `threshold` are matches; NaN never is one."""
    predicted = np.nan_to_num(scores, nan=-np.inf) >= threshold
    return PairCounts(
        int((predicted & is_true).sum()), int((predicted & ~is_true).sum()), int((~predicted & is_true).sum())
    )


def best_threshold(scores: np.ndarray, is_true: np.ndarray) -> float:
    """Return the score that as threshold gives the highest F1, the highest of several; 100 without scores."""
    proposed = ~np.isnan(scores)
    if not proposed.any():
        return 100.0
    order = np.argsort(-scores[proposed], kind="stable")
    sorted_scores = scores[proposed][order]
    true_positives = np.cumsum(is_true[proposed][order])
    predicted = np.arange(1, len(order) + 1)
    f1 = 2 * true_positives / (predicted + is_true.sum())
    # A threshold takes all pairs of one score or none of them.
    is_last_of_its_score = np.append(sorted_scores[1:] != sorted_scores[:-1], True)
    return float(sorted_scores[np.argmax(np.where(is_last_of_its_score, f1, -1.0))])
