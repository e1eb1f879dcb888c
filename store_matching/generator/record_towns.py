"""Postcode, town, region and country as one source writes them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store_matching.generator import arrow_text as text
from store_matching.generator.ledger import NoiseLedger
from store_matching.generator.vocabulary import load_countries
from store_matching.generator.world import World

GB_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
# Share of records by form of the country: code, English name, three letters, local name.
COUNTRY_FORMS = {"GI": [0.96, 0.0, 0.0, 0.04], "TH": [0.80, 0.12, 0.05, 0.03]}


def make_postcodes(world: World, ledger: NoiseLedger, site: np.ndarray) -> pa.Array:
    """Return the postcode of each record, never null."""
    random = ledger.random("postcodes")
    codes = true_postcodes(world, site)
    chosen = ledger.draw("postcode_changed")
    digit = random.integers(0, 10, len(site))
    for number in range(10):
        codes, changed = text.apply_where(
            codes,
            chosen & (digit == number),
            lambda values, new=str(number): pc.replace_substring_regex(values, r"\d([^\d]*)$", new + r"\1"),
        )
        ledger.keep("postcode_changed", changed)
    chosen, kind = ledger.draw("postcode_damaged"), random.integers(0, 3, len(site))
    for number, code in enumerate(world.countries):
        rows = chosen & (world.country[site] == number)
        # British and Dutch codes are often given by their first half alone.
        cut = (
            (
                r"^(\S+) \S+$",
                r"\1",
            )
            if code in ("GB", "NL")
            else (r"^(\d\d)(\d+)$", r"\1 \2")
        )
        damages = (
            lambda values: pc.replace_substring_regex(values, r"^0+|\s+", ""),
            lambda values, code=code: pc.binary_join_element_wise(text.repeat(code, len(values)), values, "-"),
            lambda values, cut=cut: pc.replace_substring_regex(values, *cut),
        )
        for position, damage in enumerate(damages):
            codes, changed = text.apply_where(codes, rows & (kind == position), damage)
            ledger.keep("postcode_damaged", changed)
    return codes


def true_postcodes(world: World, site: np.ndarray) -> pa.Array:
    """Return the right postcodes; in GB and NL every few houses have one of their own."""
    towns, places = world.towns, world.places
    place = world.sites.place[site]
    town = places.town[place]
    counts = np.array([len(codes) for codes in towns.postcodes])
    offsets = np.concatenate(([0], np.cumsum(counts)[:-1]))
    flat = text.strings([code for codes in towns.postcodes for code in codes])
    base = text.take(flat, offsets[town] + places.postcode[place])
    segment = places.street[place].astype(np.int64) * 31 + world.sites.number[site] // 16
    digit, first, second = segment % 9 + 1, segment // 9 % 20, segment // 180 % 20
    letters = text.strings([a + b for a in GB_LETTERS for b in GB_LETTERS])
    pair = text.take(letters, first * 20 + second)
    country = world.country[site]
    tails = {
        "GB": pc.binary_join_element_wise(text.number_text(digit), pair, ""),
        "NL": pair,
    }
    for code, tail in tails.items():
        if code in world.countries:
            mask = country == world.countries.index(code)
            base = pc.if_else(pa.array(mask), text.join([base, tail]), base)
    return base


def make_cities(world: World, ledger: NoiseLedger, site: np.ndarray) -> pa.Array:
    """Return the town of each record, never null."""
    random = ledger.random("cities")
    towns = world.towns
    town = world.places.town[world.sites.place[site]]
    cities = text.take(text.strings(towns.name), town)
    taken = np.zeros(len(site), dtype=bool)
    for kind, names in (("city_other_name", towns.other_names), ("city_district", towns.districts)):
        counts = np.array([len(items) for items in names])
        offsets = np.concatenate(([0], np.cumsum(counts)[:-1]))
        chosen = ledger.draw(kind, (counts[town] > 0) & ~taken)
        taken |= chosen
        ledger.keep(kind, chosen)
        if kind == "city_district":
            # Each street belongs to one district.
            share = world.places.street[world.sites.place[site]] * 0.618 % 1
        else:
            share = random.random(len(site))
        position = offsets[town] + (share * counts[town]).astype(np.int64)
        flat = text.strings([name for items in names for name in items])
        cities = pc.if_else(pa.array(chosen), text.take(flat, np.where(chosen, position, -1)), cities)
    return number_cities(world, ledger, site, cities, ~taken)


def number_cities(
    world: World,
    ledger: NoiseLedger,
    site: np.ndarray,
    cities: pa.Array,
    free: np.ndarray,
) -> pa.Array:
    """Add the district of Paris, Lyon and Marseille to the town, elsewhere in France CEDEX."""
    if "FR" not in world.countries:
        return cities
    random = ledger.random("numbered cities")
    french = world.country[site] == world.countries.index("FR")
    codes = pc.utf8_replace_slice(true_postcodes(world, site), 0, 3, "")
    divided = text.as_mask(pc.is_in(cities, value_set=text.strings(["Paris", "Lyon", "Marseille"])))
    chosen = ledger.draw("city_numbered", french & free)
    number = pc.utf8_ltrim(codes, "0")
    forms = [
        pc.binary_join_element_wise(cities, number, " "),
        text.join([cities, text.repeat(" ", len(site)), number, text.repeat("e", len(site))], ""),
        text.join([cities, number, text.repeat("Arrondissement", len(site))]),
    ]
    kind = random.integers(0, 3, len(site))
    for position, form in enumerate(forms):
        cities = pc.if_else(pa.array(chosen & divided & (kind == position)), form, cities)
    # CEDEX is much rarer than the district numbers.
    cedex = chosen & ~divided & (random.random(len(site)) < 0.2)
    behind = pc.binary_join_element_wise(cities, text.repeat("CEDEX", len(site)), " ")
    ledger.keep("city_numbered", (chosen & divided) | cedex)
    return pc.if_else(pa.array(cedex), behind, cities)


def make_regions(world: World, ledger: NoiseLedger, site: np.ndarray) -> pa.Array:
    """Return the region of each record."""
    town = world.places.town[world.sites.place[site]]
    missing = ledger.draw("region_missing")
    ledger.keep("region_missing", missing)
    regions = text.strings(world.towns.region)
    return text.take(regions, np.where(missing, -1, town))


def make_countries(world: World, ledger: NoiseLedger, stores: np.ndarray) -> pa.Array:
    """Return the country of each record: a code or a name."""
    countries = [country for country in load_countries() if country.code in world.countries]
    forms = [item for c in countries for item in (c.code, c.english_name, c.iso3, c.local_name)]
    weights = np.cumsum(COUNTRY_FORMS[ledger.source])[:-1]
    form = np.searchsorted(weights, ledger.random("country forms").random(len(stores)), side="right")
    missing = ledger.draw("country_missing")
    ledger.keep("country_missing", missing)
    position = np.where(missing, -1, world.country[stores].astype(np.int64) * 4 + form)
    return text.take(text.strings(forms), position)
