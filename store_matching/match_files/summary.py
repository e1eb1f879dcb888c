"""What a match did, as numbers (summary.json) and in words."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class SourceSummary:
    """Rows of one side.

    rows_read = rows_accepted + rows_rejected, and
    rows_accepted = matched + unmatched + linked_duplicates + marked_deleted.
    matched counts stores, which are fewer than matched pairs on the shared side of an n:1 assignment.
    """

    file: str
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    values_repaired: int
    values_set_to_missing: int
    matched: int
    unmatched: int
    linked_duplicates: int
    marked_deleted: int


@dataclass(frozen=True)
class MatchSummary:
    """Result of one match of two extract files.

    matched_pairs, gi_only, th_only: rows of store_matches.csv by status. threshold: match score (0 to 100)
    from which a pair counts as a match. seconds: wall clock by step.
    """

    gi: SourceSummary
    th: SourceSummary
    matched_pairs: int
    gi_only: int
    th_only: int
    linked_duplicates: int
    rejected_rows: int
    candidate_pairs: int
    capped_blocking_keys: int
    threshold: float
    assignment: str
    logic_version: str | None
    seconds: dict[str, float]

    def write_json(self, path: Path) -> None:
        """Write all fields, the two sides nested under `gi` and `th`."""
        path.write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def in_words(self) -> str:
        """Return the lines that a person reads at the end of a match."""
        rows = [
            ("", "GI", "TH"),
            *(
                (label, f"{getattr(self.gi, name):,}", f"{getattr(self.th, name):,}")
                for label, name in (
                    ("rows read", "rows_read"),
                    ("  rejected", "rows_rejected"),
                    ("  marked as deleted", "marked_deleted"),
                    ("  linked as duplicates", "linked_duplicates"),
                    ("  matched", "matched"),
                    ("  without partner", "unmatched"),
                )
            ),
        ]
        lines = [f"{label:<24}{gi:>12}{th:>12}" for label, gi, th in rows]
        lines.append("")
        lines.append(
            f"{self.matched_pairs:,} pairs matched at a score of {self.threshold:g} or more "
            f"({self.assignment}), chosen from {self.candidate_pairs:,} candidate pairs."
        )
        if self.capped_blocking_keys:
            lines.append(
                f"{self.capped_blocking_keys:,} blocking keys were too common to be compared; "
                "their stores were still found by other rules where they share a rarer key."
            )
        ignored = sum(side.values_repaired + side.values_set_to_missing for side in (self.gi, self.th))
        if ignored:
            lines.append(f"{ignored:,} values were repaired or set to missing: see ignored_values.csv.")
        if self.rejected_rows:
            lines.append(f"{self.rejected_rows:,} rows were rejected: see rejected_rows.csv.")
        steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in self.seconds.items())
        lines.append(f"Time: {steps}.")
        return "\n".join(lines)
