"""The arithmetic of the benchmarks: accuracy of pairs, medians, ratios. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True)
class Accuracy:
    """Precision, recall and F1 of a set of pairs against the known true pairs; all are shares from 0 to 1."""

    precision: float
    recall: float
    f1: float

    def as_dict(self) -> dict[str, float]:
        return {name: round(value, 4) for name, value in asdict(self).items()}


def accuracy(correct: int, proposed: int, known: int) -> Accuracy:
    """Accuracy of `proposed` pairs of which `correct` are among the `known` true ones.

    A share of nothing is 0: proposing no pair at all has no precision.
    Raises `ValueError` when more pairs are correct than proposed or known.
    """
    if correct > min(proposed, known) or correct < 0:
        raise ValueError(f"{correct} correct pairs of {proposed} proposed and {known} known: impossible counts")
    return Accuracy(
        precision=correct / proposed if proposed else 0.0,
        recall=correct / known if known else 0.0,
        f1=2 * correct / (proposed + known) if proposed + known else 0.0,
    )


@dataclass(frozen=True)
class Ratio:
    """How many times faster ours is: ratio of the medians; lowest and highest of the paired repeats."""

    of_medians: float
    lowest: float
    highest: float

    def as_dict(self) -> dict[str, float]:
        return {name: round(value, 2) for name, value in asdict(self).items()}


def speed_ratio(peer_seconds: Sequence[float], our_seconds: Sequence[float]) -> Ratio:
    """Compare alternating repeats: repeat i of the peer ran next to repeat i of ours.

    Raises `ValueError` when the numbers of repeats differ, or there is none.
    """
    if not peer_seconds or len(peer_seconds) != len(our_seconds):
        raise ValueError(f"{len(peer_seconds)} repeats of the peer against {len(our_seconds)} of ours")
    paired = [peer / ours for peer, ours in zip(peer_seconds, our_seconds, strict=True)]
    return Ratio(median(peer_seconds) / median(our_seconds), min(paired), max(paired))


def growth_ratio(small_stores: int, small_seconds: float, large_stores: int, large_seconds: float) -> float:
    """Seconds of the larger run over those of a cost that grows with the stores: 1 is linear."""
    return large_seconds / (small_seconds * large_stores / small_stores)


def median_by_key(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    """Median of each key over the runs, keys in the order of the first run.

    Raises `ValueError` when the runs do not have the same keys.
    """
    if any(set(run) != set(runs[0]) for run in runs):
        raise ValueError(f"the runs have different steps: {[sorted(run) for run in runs]}")
    return {key: round(median(run[key] for run in runs), 3) for key in runs[0]}
