"""Which candidate pairs of a list are known to match or not."""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np

from store_matching.training.pair_levels import PairLevels
from store_matching.training.training_lists import TrainingList

# An implied pair is no look-alike that somebody picked to be judged: it counts less than a judged one.
IMPLIED_WEIGHT = 0.3


@dataclass(frozen=True)
class KnownPairs:
    """Pairs with a known answer.

    rows:    positions in PairLevels, shape (known,)
    is_true: 1.0 for a match, shape (known,)
    weights: of each pair, shape (known,)
    """

    rows: np.ndarray
    is_true: np.ndarray
    weights: np.ndarray


def known_pairs(source: TrainingList, levels: PairLevels, splits: frozenset[str]) -> KnownPairs:
    """Return the pairs whose answer is known from the labels of `splits`, or from a complete truth.

    A store with a labelled match implies that its other candidates are no matches, unless they are labelled
    themselves, in whatever split: pairs of other splits are never used.
    """
    if source.truth is not None:
        return _from_truth(source, levels)
    labels, matched_gi, matched_th = {}, set(), set()
    for row in _rows(source.labels):
        pair = (row["gi_id"], row["th_id"])
        labels[pair] = (int(row["label"]), row["split"])
        if row["label"] == "1" and row["split"] in splits:
            matched_gi.add(pair[0])
            matched_th.add(pair[1])
    rows, is_true, weights = [], [], []
    for position, pair in enumerate(levels.pairs):
        if pair in labels:
            label, split = labels[pair]
            if split in splits:
                rows.append(position)
                is_true.append(float(label))
                weights.append(source.weight)
        elif pair[0] in matched_gi or pair[1] in matched_th:
            rows.append(position)
            is_true.append(0.0)
            weights.append(source.weight * IMPLIED_WEIGHT)
    return KnownPairs(np.array(rows, dtype=int), np.array(is_true), np.array(weights))


def labelled_pairs(source: TrainingList, levels: PairLevels, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the position (-1 where no blocking rule proposed the pair) and label of each pair of a split."""
    rows = [row for row in _rows(source.labels) if row["split"] == split]
    positions = [levels.position.get((row["gi_id"], row["th_id"]), -1) for row in rows]
    return np.array(positions, dtype=int), np.array([int(row["label"]) for row in rows], dtype=float)


def true_matches(path: object) -> set[tuple[str, str]]:
    """Return the (gi_id, th_id) of a truth file."""
    return {(row["gi_id"], row["th_id"]) for row in _rows(path)}


def _from_truth(source: TrainingList, levels: PairLevels) -> KnownPairs:
    matches = true_matches(source.truth)
    is_true = np.array([float(pair in matches) for pair in levels.pairs])
    return KnownPairs(np.arange(len(is_true)), is_true, np.full(len(is_true), source.weight))


def _rows(path: object) -> list[dict[str, str]]:
    with open(str(path), encoding="utf-8", newline="") as handle:  # noqa: PTH123
        return list(csv.DictReader(handle))
