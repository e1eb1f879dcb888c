"""Chains: the named ones of the word lists and made-up ones, by country and trade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from store_matching.generator.random_streams import RandomStreams
from store_matching.generator.vocabulary import (
    EVERY_COUNTRY,
    load_categories,
    load_chains,
    load_countries,
    read_rows,
)

MADE_UP_AT_LEAST = 25
STORES_PER_MADE_UP_CHAIN = 1500
# How a source writes a branch behind the name of its chain.
BRANCH_STYLES = ("none", "town", "street", "number", "trade")
BRANCH_STYLE_WEIGHTS = {"GI": [0.45, 0.30, 0.08, 0.09, 0.08], "TH": [0.62, 0.15, 0.08, 0.06, 0.09]}


@dataclass(frozen=True)
class Chains:
    """All chains of the countries in use, one element per chain (or format of a chain) and country.

    spellings:    other ways to write the name
    regional:     made up, and found in some regions only
    branch_style: per source, position in BRANCH_STYLES
    """

    country: np.ndarray
    category: np.ndarray
    weight: np.ndarray
    group: list[str]
    name: list[str]
    domain: list[str]
    spellings: list[tuple[str, ...]]
    regional: np.ndarray
    branch_style: dict[str, np.ndarray]


def make_chains(streams: RandomStreams, countries: tuple[str, ...], store_counts: np.ndarray) -> Chains:
    """Return the chains of the countries; made-up ones grow with `store_counts` (stores per country)."""
    categories = [category.name for category in load_categories()]
    domains = {country.code: country.domain for country in load_countries()}
    rows: list[tuple[int, int, float, str, str, str, tuple[str, ...], bool]] = []
    for number, country in enumerate(countries):
        for chain in load_chains():
            if chain.country in (country, EVERY_COUNTRY):
                domain = chain.domain.replace("{tld}", domains[country])
                trade = categories.index(chain.category)
                rows.append((number, trade, chain.weight, chain.group, chain.name, domain, chain.spellings, False))
        count = MADE_UP_AT_LEAST + int(store_counts[number]) // STORES_PER_MADE_UP_CHAIN
        random = streams.stream(f"chains {country}")
        known = {row[4] for row in rows}
        for name, trade, weight in make_up_chains(random, count):
            if name not in known:
                domain = f"{''.join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())}"
                domain = f"{domain}.{domains[country]}"
                rows.append((number, categories.index(trade), weight, name, name, domain, (), True))
    random = streams.stream("branch styles")
    styles = {}
    for source, weights in BRANCH_STYLE_WEIGHTS.items():
        edges = np.cumsum(weights)
        styles[source] = np.searchsorted(edges[:-1], random.random(len(rows)), side="right")
    return Chains(
        country=np.array([row[0] for row in rows], dtype=np.int16),
        category=np.array([row[1] for row in rows], dtype=np.int16),
        weight=np.array([row[2] for row in rows]),
        group=[row[3] for row in rows],
        name=[row[4] for row in rows],
        domain=[row[5] for row in rows],
        spellings=[row[6] for row in rows],
        regional=np.array([row[7] for row in rows]),
        branch_style=styles,
    )


def make_up_chains(random: np.random.Generator, count: int) -> list[tuple[str, str, float]]:
    """Return up to `count` chains (name, trade, weight): a stem of the trade and an ending."""
    rows = read_rows("chain_parts.csv")
    stems = [(row["value"], row["category"]) for row in rows if row["kind"] == "stem"]
    endings = [row["value"] for row in rows if row["kind"] == "ending"]
    pairs = random.permutation(len(stems) * len(endings))[:count]
    chains = []
    for rank, pair in enumerate(pairs):
        stem, trade = stems[pair % len(stems)]
        chains.append((stem + endings[pair // len(stems)], trade, 4.0 / (1 + rank * 0.05)))
    return chains
