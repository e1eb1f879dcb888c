"""Share wall time among what ran side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def wall_shares(intervals: Sequence[tuple[str, float, float]]) -> dict[str, float]:
    """Wall seconds of each group, groups in the order in which they first began.

    intervals: (group, begin, end) in seconds of one clock. While several run, each gets an equal part of the
        time; while none runs, nobody does: the sum is the time in which something ran.
    Raises `ValueError` when an interval ends before it begins.
    """
    for group, begin, end in intervals:
        if end < begin:
            raise ValueError(f"{group} ends at {end}, before it begins at {begin}")
    shares = dict.fromkeys((group for group, _, _ in sorted(intervals, key=lambda each: each[1])), 0.0)
    moments = sorted({moment for _, begin, end in intervals for moment in (begin, end)})
    for earlier, later in pairwise(moments):
        running = [group for group, begin, end in intervals if begin <= earlier and later <= end]
        for group in running:
            shares[group] += (later - earlier) / len(running)
    return shares
