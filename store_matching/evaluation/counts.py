"""Counts of right and wrong pairs, and the shares made of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PairCounts:
    """Predicted pairs against true pairs.

    true_positives:  predicted and true
    false_positives: predicted, not true
    false_negatives: true, not predicted
    precision, recall and f1 lie between 0 and 1; None where there is nothing to divide by.
    """

    true_positives: int
    false_positives: int
    false_negatives: int

    @property
    def precision(self) -> float | None:
        """Share of the predicted pairs that are true."""
        return share(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float | None:
        """Share of the true pairs that are predicted."""
        return share(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        return share(2 * self.true_positives, 2 * self.true_positives + self.false_positives + self.false_negatives)

    def as_dict(self) -> dict[str, float | int | None]:
        """Return counts and shares by name."""
        return {
            "true_positives": self.true_positives,
            "false_positives": self.false_positives,
            "false_negatives": self.false_negatives,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
        }


def share(part: float, whole: float) -> float | None:
    """Return part / whole, None when the whole is nothing."""
    return part / whole if whole else None
