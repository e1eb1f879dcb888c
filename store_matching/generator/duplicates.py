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

# What differs in the name of a duplicate, by weight.
NAME_CHANGES = {
    "none": 0.30,
    "typo": 0.18,
    "upper case": 0.14,
    "accents": 0.12,
    "punctuation": 0.10,
    "legal form": 0.10,
    "last word": 0.06,
}
MISSING_SHARE = 0.3
JITTER_METRES = 12.0


def add_duplicates(world: World, streams: RandomStreams, records: SourceRecords, count: int) -> np.ndarray:
    """Append `count` duplicates to the records; return the position of the original of each."""
    random = streams.stream(f"{records.source} duplicates")
    originals = np.sort(random.permutation(len(records.stores))[:count])
    copies = {name: column.take(pa.array(originals)) for name, column in records.columns.items()}
    if count:
        copies["name"] = change_names(world, random, records, originals, copies["name"])
    for name in ("phone", "website", "address", "postcode"):
        copies[name] = text.blank_out(copies[name], random.random(count) < MISSING_SHARE)
    metres = random.normal(0, JITTER_METRES, (2, count)) / METRES_PER_DEGREE
    records.latitude = np.concatenate(
        [records.latitude, np.round(records.latitude[originals] + metres[0], DECIMALS)]
    )
    records.longitude = np.concatenate(
        [records.longitude, np.round(records.longitude[originals] + metres[1], DECIMALS)]
    )
    records.columns = {
        name: pa.concat_arrays([column, copies[name]]) for name, column in records.columns.items()
    }
    records.stores = np.concatenate([records.stores, records.stores[originals]])
    masks = records.ledger.masks
    for kind, mask in masks.items():
        masks[kind] = np.concatenate([mask, np.zeros(count, dtype=bool)])
    masks["duplicate_record"][len(masks["duplicate_record"]) - count :] = True
    return originals


def change_names(
    world: World, random: np.random.Generator, records: SourceRecords, originals: np.ndarray, names: pa.Array
) -> pa.Array:
    """Return the names of duplicates, most of them slightly changed."""
    kind = choose(random, len(names), NAME_CHANGES)
    forms = from_language(
        world, records.ledger, records.stores[originals], "legal_forms", np.ones(len(names), dtype=bool)
    )
    functions = {
        "typo": lambda values: mistype(random, values),
        "upper case": pc.utf8_upper,
        "accents": text.strip_accents,
        "punctuation": drop_punctuation,
        "last word": lambda values: pc.replace_substring_regex(values, r"^(.{8,}) \S+$", r"\1"),
    }
    for number, name in enumerate(NAME_CHANGES):
        mask = kind == number
        if name == "legal form":
            names = pc.if_else(pa.array(mask), text.join([names, forms]), names)
        elif name in functions:
            names, _ = text.apply_where(names, mask, functions[name])
    return names
