"""How much worse a change may make the matches. A change of these limits is reviewed with the change that needs it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from store_matching.evaluation import PairCounts
from store_matching.quality_gate.comparison import ListComparison

MEASURES = ("precision", "recall", "f1")


@dataclass(frozen=True)
class Limits:
    """Limits of one list, as shares (0.005 is half a point in a hundred).

    precision, recall, f1: how far head may fall below base. F1 may fall least: precision for recall is a fair trade.
    least_f1:              F1 that head must reach on generated lists, so that many small falls do not add up
    """

    precision: float = 0.005
    recall: float = 0.005
    f1: float = 0.002
    least_f1: float | None = None

    def __post_init__(self) -> None:
        for name in (*MEASURES, "least_f1"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise ValueError(f"{name} {value}: a limit is a share from 0 to 1")


def broken_limits(comparisons: Iterable[ListComparison], limits: Limits) -> list[str]:
    """Return a sentence for every limit that a list breaks; none means the change may pass."""
    broken = []
    for each in comparisons:
        for measure in MEASURES:
            base, head = _measure(each.base, measure), _measure(each.head, measure)
            allowed = getattr(limits, measure)
            # Shares are fractions of small numbers: without a grain of tolerance equality depends on rounding.
            if base - head > allowed + 1e-12:
                broken.append(
                    f"{each.name}: {_name(measure)} fell from {base:.4f} to {head:.4f}; "
                    f"it may fall by {allowed:g} at most"
                )
        f1 = _measure(each.head, "f1")
        if limits.least_f1 is not None and f1 < limits.least_f1:
            broken.append(f"{each.name}: F1 is {f1:.4f}; it must be {limits.least_f1:g} at least")
    return broken


def _measure(counts: PairCounts, measure: str) -> float:
    # Where nothing is matched there is no precision: as bad as can be, not unknown.
    return getattr(counts, measure) or 0.0


def _name(measure: str) -> str:
    return "F1" if measure == "f1" else measure
