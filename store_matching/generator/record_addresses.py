"""Addresses as one source writes them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store_matching.generator import arrow_text as text
from store_matching.generator.ledger import NoiseLedger
from store_matching.generator.places import STREET
from store_matching.generator.record_names import from_language
from store_matching.generator.typing_errors import mistype
from store_matching.generator.world import World

NUMBER_FIRST = ("FR", "GB")
COMMA_BEFORE_NUMBER = ("ES", "IT")
COMMA_BEHIND_NUMBER = {"FR": 0.15}
SUFFIXES = {
    "FR": (" bis", " ter", "B"),
    "ES": (" bis", "A", "B"),
    "IT": ("/A", "/B", " bis"),
    "NL": ("A", "-2", "-H"),
}
OTHER_SUFFIXES = ("a", "b", "A")
# How an address in a mall or retail park is written: its name, its street, both.
COMPLEX_FORMS = [0.40, 0.22, 0.38]


def make_addresses(world: World, ledger: NoiseLedger, stores: np.ndarray, site: np.ndarray) -> pa.Array:
    """Return the address of each record, never null; `site` is the shop whose address it has."""
    size = len(stores)
    random = ledger.random("addresses")
    places, sites = world.places, world.sites
    place = sites.place[site]
    inside = places.kind[place] != STREET
    form = np.searchsorted(np.cumsum(COMPLEX_FORMS)[:2], random.random(size), side="right")
    shows_street = ~inside | (form > 0)
    street = written_streets(world, ledger, places.street[place], shows_street, random)
    numbered = put_numbers(world, ledger, site, street, inside)
    whole = text.keep_where(numbered, shows_street)
    name = text.keep_where(text.take(places.name, place), inside & (form != 1))
    unit = unit_texts(world, ledger, stores, random)
    address = text.join([unit, name, whole], ", ")
    chosen = ledger.draw("street_typo")
    address, changed = text.apply_where(address, chosen, lambda values: mistype(random, values))
    ledger.keep("street_typo", changed)
    return address


def written_streets(
    world: World, ledger: NoiseLedger, street: np.ndarray, shown: np.ndarray, random: np.random.Generator
) -> pa.Array:
    """Return street names: in full or abbreviated, small or capital first letter."""
    places = world.places
    size = len(places.name)
    names = pa.concat_arrays([places.name, places.short_name])
    forms = pa.concat_arrays([names, text.capitalize_first(names)])
    shortened = ledger.draw("street_abbreviated", shown)
    can = text.as_mask(pc.not_equal(places.name, places.short_name))
    shortened &= can[street]
    ledger.keep("street_abbreviated", shortened)
    capital = random.random(len(street)) < (0.35 if ledger.source == "GI" else 0.6)
    return text.take(forms, street + size * shortened + 2 * size * capital)


def put_numbers(world: World, ledger: NoiseLedger, site: np.ndarray, street: pa.Array, inside: np.ndarray) -> pa.Array:
    """Return street and house number in the country's order."""
    country = world.country[site]
    random = ledger.random("number style")
    missing = ledger.draw("house_number_missing", ~inside)
    ledger.keep("house_number_missing", missing)
    number = text.keep_where(number_texts(world, ledger, site, inside | missing), ~missing)
    first = np.isin(country, [world.countries.index(code) for code in NUMBER_FIRST if code in world.countries])
    moved = ledger.draw("house_number_moved", ~missing & ~inside)
    ledger.keep("house_number_moved", moved)
    first ^= moved
    comma = np.isin(country, positions(world, COMMA_BEFORE_NUMBER)) & ~first
    comma |= (
        first
        & np.isin(country, positions(world, tuple(COMMA_BEHIND_NUMBER)))
        & (random.random(len(site)) < COMMA_BEHIND_NUMBER["FR"])
    )
    separator = text.take(text.strings([" ", ", "]), comma.astype(np.int64))
    ahead = pc.binary_join_element_wise(number, separator, street, "")
    behind = pc.binary_join_element_wise(street, separator, number, "")
    both = pc.if_else(pa.array(first), ahead, behind)
    return pc.coalesce(both, street)


def positions(world: World, codes: tuple[str, ...]) -> list[int]:
    """Numbers of those countries that are in use."""
    return [world.countries.index(code) for code in codes if code in world.countries]


def number_texts(world: World, ledger: NoiseLedger, site: np.ndarray, untouched: np.ndarray) -> pa.Array:
    """Return house numbers with suffix, some a few houses off, some as a range."""
    sites = world.sites
    random = ledger.random("house numbers")
    size = len(site)
    changed = ledger.draw("house_number_changed", ~untouched)
    step = 2 * random.integers(1, 4, size) * np.where(random.random(size) < 0.5, -1, 1)
    number = sites.number[site]
    step = np.where(number + step < 1, 2, step)
    number = number + changed * step
    ranged = ledger.draw("house_number_range", ~untouched & ~changed)
    ledger.keep("house_number_changed", changed)
    ledger.keep("house_number_range", ranged)
    upper = text.keep_where(text.number_text(number + 2), ranged)
    upper = pc.binary_join_element_wise(text.repeat("-", size), upper, "")
    suffixes = [SUFFIXES.get(code, OTHER_SUFFIXES) for code in world.countries]
    flat = text.strings([suffix for items in suffixes for suffix in items])
    suffix = sites.suffix[site].astype(np.int64)
    shown = (suffix >= 0) & ~changed & ~ranged
    position = np.where(shown, world.country[site] * 3 + suffix, -1)
    return text.join([text.number_text(number), upper, text.take(flat, position)], "")


def unit_texts(world: World, ledger: NoiseLedger, stores: np.ndarray, random: np.random.Generator) -> pa.Array:
    """Return "Local 12" for records that name their unit."""
    extra = ledger.draw("address_extra")
    ledger.keep("address_extra", extra)
    word = from_language(world, random, stores, "unit_words", extra)
    return pc.binary_join_element_wise(word, text.number_text(world.sites.unit[stores]), " ")
