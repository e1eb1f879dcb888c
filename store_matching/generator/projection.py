"""One source's view of the shops: a record for each, with the noise of that source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store_matching.generator import arrow_text as text
from store_matching.generator.ledger import NoiseLedger
from store_matching.generator.noise import NoiseRates
from store_matching.generator.phones import PhoneNumbers
from store_matching.generator.random_streams import RandomStreams
from store_matching.generator.record_addresses import make_addresses
from store_matching.generator.record_contacts import make_categories, make_phones, make_websites
from store_matching.generator.record_coordinates import make_coordinates
from store_matching.generator.record_names import make_names
from store_matching.generator.record_towns import make_cities, make_countries, make_postcodes, make_regions
from store_matching.generator.vocabulary import load_languages
from store_matching.generator.world import World


@dataclass
class SourceRecords:
    """Records of one source in the order of its shops, without identifiers.

    stores:  shop of each record
    columns: text columns by name
    """

    source: str
    stores: np.ndarray
    columns: dict[str, pa.Array]
    latitude: np.ndarray
    longitude: np.ndarray
    ledger: NoiseLedger


def project(
    world: World,
    rates: NoiseRates,
    streams: RandomStreams,
    source: str,
    phones: PhoneNumbers,
    domains: pa.Array,
) -> SourceRecords:
    """Return the records of the shops that `source` ("GI" or "TH") lists, one per shop."""
    stores = stores_of(world, source)
    ledger = NoiseLedger(rates, streams, source, len(stores))
    relocated = world.relocated_to[source][stores]
    ledger.keep("relocated_store", relocated >= 0)
    site = np.where(relocated >= 0, relocated, world.site[stores])
    ledger.keep("replaced_store", np.isin(stores, world.replaced[:, 0 if source == "GI" else 1]))
    columns = {
        "name": make_names(world, ledger, stores),
        "address": make_addresses(world, ledger, stores, site),
        "postcode": make_postcodes(world, ledger, site),
        "city": make_cities(world, ledger, site),
        "region": make_regions(world, ledger, site),
        "country": make_countries(world, ledger, stores),
        "phone": make_phones(world, ledger, stores, phones),
        "website": make_websites(world, ledger, stores, domains),
        "category": make_categories(world, ledger, stores),
    }
    latitude, longitude = make_coordinates(world, ledger, site)
    add_writing_style(world, ledger, stores, columns)
    mix_columns(ledger, columns)
    return SourceRecords(source, stores, columns, latitude, longitude, ledger)


def stores_of(world: World, source: str) -> np.ndarray:
    """Shops that the source lists."""
    both = np.arange(world.matched, dtype=np.int32)
    start = world.matched if source == "GI" else world.matched + world.gi_only
    size = world.gi_only if source == "GI" else world.th_only
    return np.concatenate([both, np.arange(start, start + size, dtype=np.int32)])


def add_writing_style(world: World, ledger: NoiseLedger, stores: np.ndarray, columns: dict[str, pa.Array]) -> None:
    """Write whole records without accents, in Latin letters, in upper or in lower case."""
    codes = list(load_languages())
    language = world.businesses.language[stores]
    cyrillic, greek = (language == codes.index(code) for code in ("bg", "el"))
    transliterated = ledger.draw("transliterated", greek | cyrillic)
    upper = ledger.draw("upper_case")
    styles = (
        ("transliterated", transliterated, text.transliterate),
        # Dropping the breve of й would make another letter of it.
        ("accents_dropped", ledger.draw("accents_dropped", ~cyrillic & ~transliterated), text.strip_accents),
        ("upper_case", upper, pc.utf8_upper),
        ("lower_case", ledger.draw("lower_case", ~upper), pc.utf8_lower),
        ("encoding_damaged", ledger.draw("encoding_damaged"), text.damage_encoding),
    )
    for kind, mask, function in styles:
        for name in ("name", "address", "city"):
            columns[name], changed = text.apply_where(columns[name], mask, function)
            ledger.keep(kind, changed)
    columns["name"], changed = text.apply_where(
        columns["name"],
        ledger.draw("blanks_added"),
        lambda values: pc.binary_join_element_wise(pc.replace_substring(values, " ", "  "), "", " "),
    )
    ledger.keep("blanks_added", changed)


def mix_columns(ledger: NoiseLedger, columns: dict[str, pa.Array]) -> None:
    """Put values into the wrong column, then leave values out."""
    add = ledger.draw("city_in_address")
    place = text.join([columns["postcode"], columns["city"]])
    longer = pc.binary_join_element_wise(columns["address"], place, ", ")
    columns["address"] = pc.if_else(pa.array(add), longer, columns["address"])
    ledger.keep("city_in_address", add)

    missing = {name: ledger.draw(f"{name}_missing") for name in ("address", "postcode", "city")}
    moved = ledger.draw("postcode_in_city", ~missing["postcode"] & ~missing["city"])
    columns["city"] = pc.if_else(pa.array(moved), place, columns["city"])
    columns["postcode"] = text.blank_out(columns["postcode"], moved)
    ledger.keep("postcode_in_city", moved)
    swapped = ledger.draw("name_address_swapped", ~missing["address"])
    name, address = columns["name"], columns["address"]
    columns["name"] = pc.if_else(pa.array(swapped), address, name)
    columns["address"] = pc.if_else(pa.array(swapped), name, address)
    ledger.keep("name_address_swapped", swapped)
    for column, mask in missing.items():
        columns[column] = text.blank_out(columns[column], mask)
        ledger.keep(f"{column}_missing", mask)
        ledger.forget(column, mask | moved if column == "postcode" else mask)
