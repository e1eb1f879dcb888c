"""One-to-one assignment as the models do it: by falling points, the nearer pair first, then by keys."""

from __future__ import annotations

import numpy as np

from store_matching.training.pair_levels import PairLevels


def assign_one_to_one(levels: PairLevels, total_points: np.ndarray, lowest_points: int) -> np.ndarray:
    """Return the rows of the pairs taken, best first.

    total_points: of each pair, shape (pairs,); lowest_points: of a pair that may be taken
    """
    open_rows = np.flatnonzero(total_points >= lowest_points)
    order = np.lexsort((levels.distance[open_rows], -total_points[open_rows]))
    taken, used_gi, used_th = [], set(), set()
    for row in open_rows[order]:
        gi_id, th_id = levels.pairs[row]
        if gi_id not in used_gi and th_id not in used_th:
            used_gi.add(gi_id)
            used_th.add(th_id)
            taken.append(row)
    return np.array(taken, dtype=int)
