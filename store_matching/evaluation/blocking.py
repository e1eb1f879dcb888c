"""What the blocking rules propose: how many true pairs they reach, and at what cost."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from store_matching.evaluation.counts import share


@dataclass(frozen=True)
class BlockingQuality:
    """Candidate pairs against the truth.

    recall:    share of true pairs that are among the candidates
    gi_stores: GI stores of the outputs, linked duplicates included
    """

    candidate_pairs: int
    true_pairs: int
    true_pairs_proposed: int
    gi_stores: int

    @property
    def recall(self) -> float | None:
        """Share of the true pairs that are proposed."""
        return share(self.true_pairs_proposed, self.true_pairs)

    @property
    def candidate_pairs_per_gi_store(self) -> float | None:
        """What blocking costs."""
        return share(self.candidate_pairs, self.gi_stores)

    def as_dict(self) -> dict[str, float | int | None]:
        """Return counts and shares by name."""
        return {
            "candidate_pairs": self.candidate_pairs,
            "true_pairs": self.true_pairs,
            "true_pairs_proposed": self.true_pairs_proposed,
            "gi_stores": self.gi_stores,
            "recall": self.recall,
            "candidate_pairs_per_gi_store": self.candidate_pairs_per_gi_store,
        }


def measure_blocking(connection: duckdb.DuckDBPyConnection) -> BlockingQuality:
    """Read `pairs`, `truth`, `matches` and `duplicates` and return how good the candidates are."""
    row = connection.execute(
        """select
               (select count(*) from pairs),
               (select count(*) from truth),
               (select count(*) from truth semi join pairs using (gi_id, th_id)),
               (select count(distinct gi_id) from matches)
                   + (select count(*) from duplicates where source = 'GI')"""
    ).fetchone()
    return BlockingQuality(*row)
