"""What each shop is: trade, chain or independent, name, phone number and web site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from store_matching.generator.chains import Chains, make_chains
from store_matching.generator.name_grammar import IndependentNames, NameGrammar
from store_matching.generator.places import MALL, ZONE, Places
from store_matching.generator.random_streams import RandomStreams, WeightedGroups
from store_matching.generator.towns import Towns
from store_matching.generator.vocabulary import load_categories

INDEPENDENT = -1
# Of the branches of chains, those that get a sister branch next door.
NEIGHBOUR_SHARE = 0.03
ZONE_GROUPS = {"auto": 3.0, "home": 4.0, "fashion": 2.0, "food": 0.8, "health": 0.6}


@dataclass
class Businesses:
    """One element per shop.

    category:      position in the list of trades
    chain:         position in `chains`, -1 for an independent shop
    names:         name of each independent shop (unused rows for chains)
    other_names:   the names that renamed shops have in one source
    language:      language of the town
    """

    category: np.ndarray
    chain: np.ndarray
    chains: Chains
    grammar: NameGrammar
    words: pa.Array
    city_word: np.ndarray
    names: IndependentNames
    other_names: IndependentNames
    language: np.ndarray
    store_number: np.ndarray

    def is_category(self, names: tuple[str, ...]) -> np.ndarray:
        """Mask of the shops of these trades."""
        positions = [number for number, item in enumerate(load_categories()) if item.name in names]
        return np.isin(self.category, positions)

    def name_key(self, stores: np.ndarray) -> np.ndarray:
        """Number that is equal for shops of equal name: the brand, or a hash of the words."""
        key = np.zeros(len(stores), dtype=np.uint64)
        for column in range(self.names.words.shape[1]):
            key = key * np.uint64(1_000_003) + self.names.words[stores, column].astype(np.uint64)
        chain = self.chain[stores]
        brand = np.unique(self.chains.group, return_inverse=True)[1].astype(np.uint64)
        return np.where(chain >= 0, brand[chain], key)


def make_businesses(
    streams: RandomStreams,
    countries: tuple[str, ...],
    country: np.ndarray,
    towns: Towns,
    places: Places,
    place: np.ndarray,
) -> Businesses:
    """Draw trade, chain and name of each shop; `place` is its street, mall or retail park."""
    town = places.town[place]
    language = towns.language[town]
    category = draw_categories(streams, places.kind[place])
    counts = np.bincount(country, minlength=len(countries))
    chains = make_chains(streams, countries, counts)
    regions = np.unique(towns.region, return_inverse=True)[1]
    chain = draw_chains(streams, chains, country, category, regions[town])
    open_sister_branches(streams, places, place, chain, category)

    grammar = NameGrammar()
    city_words = grammar.words.add_all(towns.name)[town]
    labels = places.label.dictionary_encode()
    street_words = grammar.words.add_all(labels.dictionary.to_pylist())[labels.indices.to_numpy()]
    street_words = street_words[places.street[place]]
    draws = {}
    for kind in ("names", "other names"):
        draws[kind] = grammar.draw(streams.stream(kind), language, category, city_words, street_words)
    return Businesses(
        category=category,
        chain=chain,
        chains=chains,
        grammar=grammar,
        words=grammar.words.array(),
        city_word=city_words,
        names=draws["names"],
        other_names=draws["other names"],
        language=language,
        store_number=streams.stream("store numbers").integers(100, 9999, len(category)).astype(np.int32),
    )


def draw_categories(streams: RandomStreams, kind: np.ndarray) -> np.ndarray:
    """Draw trades by their weights on streets, in malls and in retail parks."""
    categories = load_categories()
    street = np.array([item.weight for item in categories])
    mall = street * np.array([item.mall_weight for item in categories])
    zone = street * np.array([ZONE_GROUPS.get(item.group, 0.2) for item in categories])
    zone *= np.array([8.0 if item.name in ("hypermarket", "fuel", "hardware") else 1.0 for item in categories])
    group = np.repeat([0, MALL, ZONE], len(categories))
    sampler = WeightedGroups(group, np.concatenate([street, mall, zone]) + 1e-9, 3)
    drawn = sampler.draw(streams.stream("categories"), kind)
    return (drawn % len(categories)).astype(np.int16)


def draw_chains(
    streams: RandomStreams, chains: Chains, country: np.ndarray, category: np.ndarray, region: np.ndarray
) -> np.ndarray:
    """Draw the chain of each shop by country and trade; -1 for independents."""
    categories = load_categories()
    random = streams.stream("chain members")
    share = np.array([item.chain_share for item in categories])
    group = chains.country.astype(np.int64) * len(categories) + chains.category
    sampler = WeightedGroups(group, chains.weight, (int(country.max()) + 1) * len(categories))
    wanted = country.astype(np.int64) * len(categories) + category
    drawn = sampler.draw(random, wanted)
    # Made-up chains are regional: mostly in a third of the regions.
    abroad = chains.regional[drawn] & ((drawn + region) % 3 != 0)
    drawn[abroad] = sampler.draw(random, wanted[abroad])
    return np.where(random.random(len(country)) < share[category], drawn, INDEPENDENT).astype(np.int32)


def open_sister_branches(
    streams: RandomStreams, places: Places, place: np.ndarray, chain: np.ndarray, category: np.ndarray
) -> None:
    """Turn some neighbours of a branch, on its street or in its mall, into branches of its chain."""
    random = streams.stream("sister branches")
    order = np.argsort(place, kind="stable")
    first, second = order[:-1], order[1:]
    chosen = (place[first] == place[second]) & (chain[first] >= 0) & (random.random(len(first)) < NEIGHBOUR_SHARE)
    names = [item.name for item in load_categories()]
    chosen &= category[first] != names.index("department_store")
    first, second = first[chosen], second[chosen]
    chain[second] = chain[first]
    category[second] = category[first]
