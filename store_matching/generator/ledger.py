"""Which records of a source really have which kind of noise."""

from __future__ import annotations

import numpy as np

from store_matching.generator.noise import NOISE_KINDS, NoiseRates
from store_matching.generator.random_streams import RandomStreams


class NoiseLedger:
    """Draws the records of each kind of noise and keeps those that were really changed.

    masks: one boolean mask per kind, an element per record
    """

    def __init__(self, rates: NoiseRates, streams: RandomStreams, source: str, size: int) -> None:
        self.rates = rates
        self.source = source
        self.size = size
        self.masks = {kind: np.zeros(size, dtype=bool) for kind in NOISE_KINDS}
        self._streams = streams

    def random(self, name: str) -> np.random.Generator:
        """Random stream of one step of this source."""
        return self._streams.stream(f"{self.source} {name}")

    def draw(self, kind: str, among: np.ndarray | None = None) -> np.ndarray:
        """Return the mask of records that shall have the noise, out of `among`."""
        chosen = self.random(kind).random(self.size) < getattr(self.rates, kind)
        return chosen if among is None else chosen & among

    def keep(self, kind: str, changed: np.ndarray) -> None:
        """Record that these records have the noise."""
        self.masks[kind] |= changed

    def keep_rows(self, kind: str, rows: np.ndarray) -> None:
        """Record that the records at these positions have the noise."""
        self.masks[kind][rows] = True

    def repeat(self, rows: np.ndarray) -> None:
        """Append records that repeat those at `rows`, with their noise."""
        self.masks = {kind: np.concatenate([mask, mask[rows]]) for kind, mask in self.masks.items()}
        self.size += len(rows)

    def forget(self, column: str, missing: np.ndarray) -> None:
        """Drop the noise of a column where the column has no value in the end: nobody can see it there."""
        for kind, noise in NOISE_KINDS.items():
            if noise.columns == (column,) and not kind.endswith("_missing"):
                self.masks[kind] &= ~missing

    def counts(self) -> dict[str, int]:
        """Number of records of each kind."""
        return {kind: int(mask.sum()) for kind, mask in self.masks.items()}
