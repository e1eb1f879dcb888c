"""The real shops: where they stand, what they sell and which source lists them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from store_matching.generator.businesses import INDEPENDENT, Businesses, make_businesses
from store_matching.generator.noise import NoiseRates
from store_matching.generator.options import GeneratorOptions
from store_matching.generator.places import STREET, Places, make_places
from store_matching.generator.random_streams import RandomStreams, WeightedGroups, share_out
from store_matching.generator.towns import KILOMETRES_PER_DEGREE, Towns, make_towns, town_sampler
from store_matching.generator.vocabulary import load_countries

NOBODY = -1


@dataclass
class Sites:
    """Exact place of each shop, one element per shop.

    place:  street, mall or retail park (number in Places)
    number: house number on the street
    suffix: position in the country's list of suffixes, -1 without one
    unit:   unit number inside a mall or retail park
    """

    place: np.ndarray
    number: np.ndarray
    suffix: np.ndarray
    unit: np.ndarray
    latitude: np.ndarray = field(default_factory=lambda: np.empty(0))
    longitude: np.ndarray = field(default_factory=lambda: np.empty(0))


@dataclass
class World:
    """Everything that is true about the shops, before any source writes it down.

    Shops 0 .. matched-1 stand in both sources, the next `gi_only` in GI alone, the
    last `th_only` in TH alone.
    site:            number of the shop whose site it uses: its own, its host's, its predecessor's
    host:            shop that it stands inside of, -1 for none
    replaced:        pairs (GI shop, TH shop) of different shops at one address
    relocated_to:    per source ("GI", "TH"): shop at whose site that source still shows it, -1 for none
    renamed:         per source: mask of shops that the source lists under another name
    """

    countries: tuple[str, ...]
    towns: Towns
    places: Places
    sites: Sites
    businesses: Businesses
    country: np.ndarray
    site: np.ndarray
    host: np.ndarray
    matched: int
    gi_only: int
    th_only: int
    replaced: np.ndarray
    relocated_to: dict[str, np.ndarray]
    renamed: dict[str, np.ndarray]

    @property
    def store_count(self) -> int:
        """Number of real shops."""
        return len(self.country)

    def town_of(self, stores: np.ndarray) -> np.ndarray:
        """Town of each shop."""
        return self.places.town[self.sites.place[self.site[stores]]]


def make_world(options: GeneratorOptions, rates: NoiseRates, streams: RandomStreams) -> World:
    """Make the real shops of one generation."""
    distinct = options.stores - duplicate_count(options, rates)
    matched = round(options.overlap * distinct)
    only = distinct - matched
    total = matched + 2 * only
    random = streams.stream("countries")
    shares = np.array([country.share for country in load_countries() if country.code in options.countries])
    codes = tuple(country.code for country in load_countries() if country.code in options.countries)
    country_counts = share_out(total, shares)
    country = random.permutation(np.repeat(np.arange(len(codes), dtype=np.int16), country_counts))
    towns = make_towns(streams, codes, country_counts)
    town = town_sampler(towns, len(codes)).draw(streams.stream("store towns"), country)
    places = make_places(streams, towns, np.bincount(town, minlength=len(towns.name)))
    sites = make_sites(streams, places, town)
    businesses = make_businesses(streams, codes, country, towns, places, sites.place)
    separate_branches(businesses, places, sites)
    place_stores(streams, places, towns, sites)
    host = move_into_hosts(streams, businesses, country)
    site = np.where(host >= 0, host, np.arange(total))
    replaced = replace_stores(streams, rates, towns.language[town], businesses, host, matched, only)
    if len(replaced):
        site[replaced[:, 1]] = site[replaced[:, 0]]
    return World(
        countries=codes,
        towns=towns,
        places=places,
        sites=sites,
        businesses=businesses,
        country=country,
        site=site,
        host=host,
        matched=matched,
        gi_only=only,
        th_only=only,
        replaced=replaced,
        relocated_to=relocate_stores(streams, rates, town, host, matched, total),
        renamed=rename_stores(streams, rates, businesses, matched, total),
    )


def duplicate_count(options: GeneratorOptions, rates: NoiseRates) -> int:
    """Records of each source that repeat another record of it."""
    return min(round(options.stores * rates.duplicate_record), options.stores // 2)


def make_sites(streams: RandomStreams, places: Places, town: np.ndarray) -> Sites:
    """Draw street, mall or retail park and house number of each shop."""
    random = streams.stream("sites")
    sampler = WeightedGroups(places.town, places.weight, int(town.max()) + 1)
    place = sampler.draw(random, town)
    street = places.street[place]
    number = 1 + (random.random(len(town)) * places.highest_number[street]).astype(np.int32)
    # A whole mall has one street number, a retail park too.
    inside = places.kind[place] != STREET
    number[inside] = 1 + (place[inside] * 7919) % places.highest_number[street[inside]]
    suffix = np.where(random.random(len(town)) < 0.05, random.integers(0, 3, len(town)), -1)
    suffix[inside] = -1
    unit = random.integers(1, 90, len(town))
    return Sites(place, number, suffix.astype(np.int8), unit.astype(np.int16))


def separate_branches(businesses: Businesses, places: Places, sites: Sites) -> None:
    """Give branches of one chain on one street different house numbers; keep few in one mall."""
    rows = np.flatnonzero(businesses.chain >= 0)
    order = rows[np.lexsort((sites.number[rows], sites.place[rows], businesses.chain[rows]))]
    if len(order) < 2:
        return
    chain, place = businesses.chain[order], sites.place[order]
    same = np.concatenate(([False], (chain[1:] == chain[:-1]) & (place[1:] == place[:-1])))
    rank = np.cumsum(same)
    rank = rank - np.maximum.accumulate(np.where(same, 0, rank))
    street = places.kind[place] == STREET
    sites.number[order] += np.where(street, 14 * rank, 0).astype(np.int32)
    # A mall has one address: its second branch of a chain is mostly another shop instead.
    surplus = same & ~street & ((rank > 1) | (order % 2 == 0))
    businesses.chain[order[surplus]] = INDEPENDENT


def place_stores(streams: RandomStreams, places: Places, towns: Towns, sites: Sites) -> None:
    """Set the coordinates: house numbers grow along the street, odd and even ones face each other."""
    random = streams.stream("positions")
    place, street = sites.place, places.street[sites.place]
    size = len(place)
    along = (sites.number / places.highest_number[street] - 0.5) * places.length[street]
    across = np.where(sites.number % 2 == 0, 9.0, -9.0) + random.normal(0, 2, size)
    spread = np.array([0.0, 70.0, 220.0])[places.kind[place]]
    inside = places.kind[place] != STREET
    along[inside] = random.uniform(-1, 1, inside.sum()) * spread[inside]
    across[inside] = random.uniform(-1, 1, inside.sum()) * spread[inside] * 0.6
    direction = places.direction[street]
    north = along * np.cos(direction) - across * np.sin(direction)
    east = along * np.sin(direction) + across * np.cos(direction)
    metres = KILOMETRES_PER_DEGREE * 1000
    sites.latitude = places.latitude[place] + north / metres
    stretch = np.cos(np.radians(towns.latitude[places.town[place]]))
    sites.longitude = places.longitude[place] + east / metres / stretch


def move_into_hosts(streams: RandomStreams, businesses: Businesses, country: np.ndarray) -> np.ndarray:
    """Move some shops into others: concessions, shops of fuel stations, counters; return host (-1: none)."""
    random = streams.stream("hosts")
    total = len(country)
    host = np.full(total, NOBODY, dtype=np.int32)
    branch = businesses.chain >= 0
    rules = (
        (("perfumery", "clothing", "jewellery", "shoes"), ("department_store",), 0.035),
        (("convenience", "fast_food", "car_repair"), ("fuel",), 0.05),
        (("atm", "parcel_point", "post_office"), ("supermarket", "convenience", "tobacconist"), 0.5),
    )
    for guests, hosts, share in rules:
        can_host = np.flatnonzero(businesses.is_category(hosts) & (host == NOBODY))
        sampler = WeightedGroups(country[can_host], np.ones(len(can_host)), int(country.max()) + 1)
        chosen = branch & businesses.is_category(guests) & (random.random(total) < share)
        chosen[can_host] = False
        # A shop that already has guests stays where it is.
        chosen[host[host >= 0]] = False
        rows = np.flatnonzero(chosen)
        drawn = sampler.draw(random, country[rows])
        rows, drawn = rows[drawn >= 0], drawn[drawn >= 0]
        # One shop of a chain per host: a second one would have the same name at the same address.
        _, first = np.unique(np.stack([businesses.chain[rows], drawn]), axis=1, return_index=True)
        host[rows[first]] = can_host[drawn[first]]
    return host


def replace_stores(
    streams: RandomStreams,
    rates: NoiseRates,
    language: np.ndarray,
    businesses: Businesses,
    host: np.ndarray,
    matched: int,
    only: int,
) -> np.ndarray:
    """Return pairs (GI shop, TH shop): the second stands where the first stood, and is another shop."""
    random = streams.stream("replaced")
    wanted = min(round(rates.replaced_store * (matched + only)), only // 2)
    free = host == NOBODY
    free[host[host >= 0]] = False
    gone = matched + random.permutation(only)
    new = matched + only + random.permutation(only)
    gone, new = gone[free[gone]], new[free[new]]
    gone = gone[np.argsort(language[gone], kind="stable")]
    new = new[np.argsort(language[new], kind="stable")]
    size = min(len(gone), len(new))
    pairs = np.stack([gone[:size], new[:size]], axis=1)
    differs = businesses.name_key(pairs[:, 0]) != businesses.name_key(pairs[:, 1])
    pairs = pairs[(language[pairs[:, 0]] == language[pairs[:, 1]]) & differs]
    return pairs[np.sort(random.permutation(len(pairs))[:wanted])]


def relocate_stores(
    streams: RandomStreams,
    rates: NoiseRates,
    town: np.ndarray,
    host: np.ndarray,
    matched: int,
    total: int,
) -> dict[str, np.ndarray]:
    """Per source: the shop of the same town at whose address the source still shows a moved shop."""
    random = streams.stream("relocated")
    moved = np.flatnonzero((random.random(matched) < rates.relocated_store) & (host[:matched] == NOBODY))
    in_gi = random.random(len(moved)) < 0.5
    by_town = WeightedGroups(town, np.ones(total), int(town.max()) + 1)
    elsewhere = by_town.draw(random, town[moved])
    result = {}
    for source, rows in (("GI", in_gi), ("TH", ~in_gi)):
        target = np.full(total, NOBODY, dtype=np.int32)
        target[moved[rows]] = np.where(elsewhere[rows] == moved[rows], NOBODY, elsewhere[rows])
        result[source] = target
    return result


def rename_stores(
    streams: RandomStreams, rates: NoiseRates, businesses: Businesses, matched: int, total: int
) -> dict[str, np.ndarray]:
    """Per source: mask of the shops listed there under a wholly different name."""
    random = streams.stream("renamed")
    chosen = np.zeros(total, dtype=bool)
    chosen[:matched] = random.random(matched) < rates.renamed_store
    chosen &= ~businesses.is_category(("atm", "parcel_point", "post_office", "bank", "department_store", "fuel"))
    same = (businesses.names.words == businesses.other_names.words).all(axis=1)
    chosen &= ~same | (businesses.chain >= 0)
    in_gi = random.random(total) < 0.5
    return {"GI": chosen & in_gi, "TH": chosen & ~in_gi}
