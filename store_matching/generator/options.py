"""What a caller may ask of the generator, checked."""

from __future__ import annotations

import math
from dataclasses import dataclass

from store_matching.generator.noise import NOISE_LEVELS
from store_matching.generator.vocabulary import load_countries

FORMATS = ("csv", "parquet")
MAXIMUM_STORES = 5_000_000


class GeneratorError(ValueError):
    """An argument of the generator that cannot be used; the message names it, its value and what to do."""

    def __init__(self, argument: str, value: object, problem: str, action: str) -> None:
        self.argument = argument
        super().__init__(f"--{argument} {value}: {problem}; {action}")


@dataclass(frozen=True)
class GeneratorOptions:
    """Arguments of one generation.

    stores:    records of each source, duplicates included (GI and TH each get exactly this many)
    seed:      whole number >= 0; the same options give the same bytes
    countries: country codes to make stores of; empty means all that the generator knows
    overlap:   share of the shops of one source that stand in the other source too, 0 to 1
    noise:     "low", "normal" or "high"

    Raises GeneratorError for a value that cannot be used.
    """

    stores: int
    seed: int = 7
    countries: tuple[str, ...] = ()
    overlap: float = 0.7
    noise: str = "normal"

    def __post_init__(self) -> None:
        known = tuple(country.code for country in load_countries())
        if not 1 <= self.stores <= MAXIMUM_STORES:
            raise GeneratorError(
                "stores", self.stores, "out of range", f"give a whole number from 1 to {MAXIMUM_STORES}"
            )
        if self.seed < 0:
            raise GeneratorError("seed", self.seed, "negative", "give a whole number from 0 on")
        if not math.isfinite(self.overlap) or not 0.0 <= self.overlap <= 1.0:
            raise GeneratorError("overlap", self.overlap, "not a share", "give a number from 0 to 1, for example 0.7")
        if self.noise not in NOISE_LEVELS:
            raise GeneratorError("noise", self.noise, "unknown level", f"give one of {', '.join(NOISE_LEVELS)}")
        object.__setattr__(self, "countries", tuple(self.countries) or known)
        for country in self.countries:
            if country not in known:
                raise GeneratorError(
                    "countries", country, "unknown country code", f"give codes out of {', '.join(known)}"
                )
        if len(set(self.countries)) != len(self.countries):
            raise GeneratorError("countries", ",".join(self.countries), "a code occurs twice", "name each country once")
