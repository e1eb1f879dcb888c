"""Seeded random numbers: one independent stream per step, and weighted draws from groups."""

from __future__ import annotations

import zlib

import numpy as np


class RandomStreams:
    """Random generators that depend on the seed and on the name of the step alone.

    A step that draws more numbers than before does not change what any other step draws.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def stream(self, name: str) -> np.random.Generator:
        """Return a new generator for the step `name`; the same name gives the same numbers again."""
        return np.random.default_rng([self._seed, zlib.crc32(name.encode())])


class WeightedGroups:
    """Items that belong to groups and have weights; draws one item of a given group for each row.

    groups:  group number of each item, 0 <= group < group_count
    weights: positive weight of each item
    """

    def __init__(self, groups: np.ndarray, weights: np.ndarray, group_count: int) -> None:
        groups = np.asarray(groups, dtype=np.int64)
        self._items = np.argsort(groups, kind="stable").astype(np.int32)
        self._cumulated = np.concatenate(([0.0], np.cumsum(np.asarray(weights, dtype=float)[self._items])))
        self._starts = np.searchsorted(groups[self._items], np.arange(group_count + 1))

    def sizes(self) -> np.ndarray:
        """Number of items of each group."""
        return np.diff(self._starts)

    def draw(self, random: np.random.Generator, groups: np.ndarray) -> np.ndarray:
        """Return one item number per row, drawn by weight in the row's group; -1 where the group is empty."""
        first, last = self._starts[groups], self._starts[groups + 1]
        low, high = self._cumulated[first], self._cumulated[last]
        position = low + random.random(len(groups)) * (high - low)
        slot = np.searchsorted(self._cumulated, position, side="right") - 1
        slot = np.clip(slot, first, np.maximum(last - 1, first))
        items = self._items[np.minimum(slot, len(self._items) - 1)] if len(self._items) else slot
        return np.where(last > first, items, -1).astype(np.int32)


def zipf_weights(count: int, exponent: float = 0.8, offset: float = 3.0) -> np.ndarray:
    """Weights of `count` items by rank: the first is the most frequent."""
    return 1.0 / (np.arange(count) + offset) ** exponent


def choose(random: np.random.Generator, size: int, weights: dict[str, float] | list[float]) -> np.ndarray:
    """Return `size` draws of positions 0..len(weights)-1 by weight."""
    values = np.array(list(weights.values()) if isinstance(weights, dict) else weights, dtype=float)
    edges = np.cumsum(values) / values.sum()
    edges[-1] = 1.0
    return np.searchsorted(edges, random.random(size), side="right").astype(np.int8)


def share_out(total: int, weights: np.ndarray) -> np.ndarray:
    """Split `total` into whole parts in proportion to `weights` (largest remainders get the rest)."""
    exact = total * np.asarray(weights, dtype=float) / np.sum(weights)
    parts = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: total - parts.sum()]] += 1
    return parts
