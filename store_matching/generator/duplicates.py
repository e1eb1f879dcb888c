"""Duplicates inside one source: the same shop entered again, slightly different."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store_matching.generator import arrow_text as text
from store_matching.generator.projection import SourceRecords
from store_matching.generator.random_streams import RandomStreams, choose
from store_matching.generator.record_coordinates import DECIMALS, METRES_PER_DEGREE
from store_matching.generator.record_names import drop_punctuation, from_language
from store_matching.generator.typing_errors import mistype
from store_matching.generator.world import World

# What differs in the name of a duplicate, by weight; all but the first are kinds of noise.
NAME_CHANGES = {
    "none": 0.32,
    "name_typo": 0.20,
    "upper_case": 0.14,
    "accents_dropped": 0.12,
    "punctuation_changed": 0.10,
    "legal_form_added": 0.12,
}
COLUMNS_LEFT_OUT = ("phone", "website", "address", "postcode")
MISSING_SHARE = 0.3
JITTER_METRES = 12.0


def add_duplicates(world: World, streams: RandomStreams, records: SourceRecords, count: int) -> np.ndarray:
    """Append `count` duplicates to the records; return the position of the original of each."""
    random = streams.stream(f"{records.source} duplicates")
    originals = np.sort(random.permutation(len(records.stores))[:count])
    ledger = records.ledger
    # A duplicate starts with the noise of its original.
    ledger.repeat(originals)
    added = np.arange(ledger.size - count, ledger.size)
    ledger.keep_rows("duplicate_record", added)
    copies = {name: column.take(pa.array(originals)) for name, column in records.columns.items()}
    records.stores = np.concatenate([records.stores, records.stores[originals]])
    if count:
        copies["name"] = change_names(world, random, records, added, copies["name"])
    for name in COLUMNS_LEFT_OUT:
        present = text.is_present(copies[name])
        left_out = present & (random.random(count) < MISSING_SHARE)
        copies[name] = text.blank_out(copies[name], left_out)
        ledger.keep_rows(f"{name}_missing", added[left_out])
        ledger.forget(name, np.isin(np.arange(ledger.size), added[left_out]))
    metres = random.normal(0, JITTER_METRES, (2, count)) / METRES_PER_DEGREE
    # A geocoded or rounded point comes out the same again.
    metres *= ~(ledger.masks["coordinates_rounded"] | ledger.masks["coordinates_centroid"])[added]
    latitude = np.round(records.latitude[originals] + metres[0], DECIMALS)
    longitude = np.round(records.longitude[originals] + metres[1], DECIMALS)
    records.latitude = np.concatenate([records.latitude, latitude])
    records.longitude = np.concatenate([records.longitude, longitude])
    records.columns = {name: pa.concat_arrays([column, copies[name]]) for name, column in records.columns.items()}
    return originals


def change_names(
    world: World, random: np.random.Generator, records: SourceRecords, added: np.ndarray, names: pa.Array
) -> pa.Array:
    """Return the names of duplicates, most of them slightly changed; `added` are their rows."""
    kind = choose(random, len(names), NAME_CHANGES)
    stores = records.stores[added]
    independent = world.businesses.chain[stores] < 0
    forms = from_language(world, random, stores, "legal_forms", independent)
    functions = {
        "name_typo": lambda values: mistype(random, values),
        "upper_case": pc.utf8_upper,
        "accents_dropped": text.strip_accents,
        "punctuation_changed": drop_punctuation,
    }
    for number, name in enumerate(NAME_CHANGES):
        mask = kind == number
        if name == "legal_form_added":
            names = pc.if_else(pa.array(mask), text.join([names, forms]), names)
            records.ledger.keep_rows(name, added[mask & independent])
        elif name in functions:
            names, changed = text.apply_where(names, mask, functions[name])
            records.ledger.keep_rows(name, added[changed])
    return names
