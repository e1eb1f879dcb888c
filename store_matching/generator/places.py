"""Streets, malls and retail parks: where stores stand inside a town."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store_matching.generator import arrow_text as text
from store_matching.generator.random_streams import RandomStreams, WeightedGroups, zipf_weights
from store_matching.generator.towns import KILOMETRES_PER_DEGREE, Towns
from store_matching.generator.vocabulary import Language, load_languages

STREET, MALL, ZONE = 0, 1, 2
STORES_PER_STREET = 10
STORES_PER_MALL = 300
STORES_PER_ZONE = 240
GLUED = ("de", "nl")
TYPE_AFTER = (*GLUED, "en")


@dataclass(frozen=True)
class Places:
    """All streets, malls and retail parks, one element each.

    kind:       STREET, MALL or ZONE
    street:     number of the street it stands on (a street stands on itself)
    name:       what stands in addresses, as "rue Nationale"; `short_name` has the abbreviated form
    label:      the part of a street's name that shops are named after, as "de la République"
    length:     metres from the first to the last house
    postcode:   number of the code within its town
    """

    town: np.ndarray
    kind: np.ndarray
    street: np.ndarray
    name: pa.Array
    short_name: pa.Array
    label: pa.Array
    latitude: np.ndarray
    longitude: np.ndarray
    direction: np.ndarray
    length: np.ndarray
    highest_number: np.ndarray
    postcode: np.ndarray
    weight: np.ndarray


def make_places(streams: RandomStreams, towns: Towns, store_counts: np.ndarray) -> Places:
    """Return the places of all towns; their number grows with `store_counts` (stores per town)."""
    random = streams.stream("places")
    size = len(store_counts)
    streets = np.maximum(np.ceil(store_counts / STORES_PER_STREET).astype(np.int64), 2)
    malls = np.floor(store_counts / STORES_PER_MALL + random.random(size) * 0.6).astype(np.int64)
    zones = np.floor(store_counts / STORES_PER_ZONE + random.random(size) * 0.6).astype(np.int64)
    counts = np.stack([streets, malls, zones])
    town = np.concatenate([np.repeat(np.arange(size), count) for count in counts])
    kind = np.repeat([STREET, MALL, ZONE], counts.sum(axis=1))
    street = np.arange(len(town))
    hosts = WeightedGroups(town[kind == STREET], np.ones(int(streets.sum())), size)
    street[kind != STREET] = hosts.draw(random, town[kind != STREET])

    distance = towns.radius[town] * np.abs(random.normal(0, 0.55, len(town)))
    distance[kind == ZONE] += towns.radius[town[kind == ZONE]] * 0.6
    bearing = random.uniform(0, 2 * np.pi, len(town))
    stretch = np.cos(np.radians(towns.latitude[town]))
    latitude = towns.latitude[town] + distance * np.cos(bearing) / KILOMETRES_PER_DEGREE
    longitude = towns.longitude[town] + distance * np.sin(bearing) / KILOMETRES_PER_DEGREE / stretch
    weight = np.exp(random.normal(0, 1.0, len(town)))
    weight[kind == MALL] = STORES_PER_MALL * 0.12 / STORES_PER_STREET * np.exp(random.normal(0, 0.5, malls.sum()))
    weight[kind == ZONE] = STORES_PER_ZONE * 0.09 / STORES_PER_STREET * np.exp(random.normal(0, 0.5, zones.sum()))

    codes = np.array([len(codes) for codes in towns.postcodes])[town]
    # Each code covers a sector of the town, so that neighbours share it.
    postcode = np.minimum((bearing / (2 * np.pi) * codes).astype(np.int32), codes - 1)
    for values in (latitude, longitude, postcode, bearing):
        inside = (kind == MALL) | (kind == ZONE)
        if values is not bearing:
            values[inside] = values[street[inside]]
    name, short_name, label = make_place_names(streams, towns, town, kind)
    length = np.exp(random.normal(np.log(380), 0.6, len(town)))
    return Places(
        town=town.astype(np.int32),
        kind=kind.astype(np.int8),
        street=street.astype(np.int32),
        name=name,
        short_name=short_name,
        label=label,
        latitude=latitude,
        longitude=longitude,
        direction=random.uniform(0, np.pi, len(town)),
        length=length,
        highest_number=np.maximum(length / 6, 12 * weight).astype(np.int32) + 6,
        postcode=postcode,
        weight=weight,
    )


def make_place_names(
    streams: RandomStreams, towns: Towns, town: np.ndarray, kind: np.ndarray
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return name, short name and label of every place, language by language."""
    order, parts = [], []
    for number, language in enumerate(load_languages().values()):
        rows = np.flatnonzero(towns.language[town] == number)
        if not len(rows):
            continue
        random = streams.stream(f"place names {language.code}")
        streets = rows[kind[rows] == STREET]
        order.append(streets)
        parts.append(street_names(random, language, town[streets]))
        for other, prefix in ((MALL, "mall"), (ZONE, "zone")):
            inside = rows[kind[rows] == other]
            order.append(inside)
            parts.append(complex_names(random, language, prefix, town[inside]))
    back = np.argsort(np.concatenate(order), kind="stable")
    columns = [pa.concat_arrays([part[column] for part in parts]) for column in range(3)]
    return tuple(text.take(column, back) for column in columns)


def street_names(
    random: np.random.Generator, language: Language, town: np.ndarray
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return names, short names and labels of streets, different ones within each town as far as possible."""
    common = list(language.lists["street_names"])
    persons = person_names(random, language, len(town) // 3)
    types = [item.split("/") for item in language.lists["street_types"]]
    label = WeightedGroups(np.zeros(len(common)), zipf_weights(len(common), 0.7, 4), 1).draw(
        random, np.zeros(len(town), dtype=np.int64)
    )
    kind = random.integers(0, len(types), len(town))
    # A name that the town already has becomes a rarer one: a person's.
    for _ in range(3):
        key = (town.astype(np.int64) * 10_000_000 + label) * 100 + kind
        _, first = np.unique(key, return_index=True)
        again = np.ones(len(town), dtype=bool)
        again[first] = False
        if not persons or not again.any():
            break
        label[again] = len(common) + random.integers(0, len(persons), int(again.sum()))
    labels = common + persons
    short_labels = text.replace_words(text.strings(labels), language.short_forms).to_pylist()
    names = compose_street_names(language, [item[0] for item in types], labels, kind, label)
    shorts = compose_street_names(language, [item[1] for item in types], short_labels, kind, label)
    trimmed = text.strings([item.strip(" -") for item in labels])
    return names, shorts, text.take(trimmed, label)


def compose_street_names(
    language: Language, types: list[str], labels: list[str], kind: np.ndarray, label: np.ndarray
) -> pa.Array:
    """Put type and label together in the language's order: "rue Nationale", "Hauptstraße", "High Street"."""
    if language.code in GLUED:
        # "Berliner Straße" but "Hauptstraße"
        separate = np.array([item[-1] in " -" for item in labels])[label]
        both = text.strings(types + [item[0].upper() + item[1:] for item in types])
        return text.join([text.take(text.strings(labels), label), text.take(both, kind + separate * len(types))], "")
    spaced = text.strings([item if not item or item.endswith(" ") else item + " " for item in types])
    if language.code in TYPE_AFTER:
        return text.join([text.take(text.strings(labels), label), text.take(text.strings(types), kind)], " ")
    names = text.join([text.take(spaced, kind), text.take(text.strings(labels), label)], "")
    return names


def person_names(random: np.random.Generator, language: Language, count: int) -> list[str]:
    """Return up to `count` different full names that streets are called after."""
    given, family = language.lists["given"], language.lists["family"]
    pairs = np.unique(random.integers(0, len(given) * len(family), count))
    tail = "-" if language.code in GLUED else ""
    return [f"{given[pair % len(given)]}{tail or ' '}{family[pair // len(given)]}{tail}" for pair in pairs]


def complex_names(
    random: np.random.Generator, language: Language, prefix: str, town: np.ndarray
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return names, short names and labels of malls or retail parks."""
    patterns, names = language.lists[f"{prefix}_patterns"], language.lists[f"{prefix}_names"]
    full = [pattern.format(**{f"{prefix}_name": name}) for pattern in patterns for name in names]
    pattern = random.integers(0, len(patterns), len(town))
    name = random.integers(0, len(names), len(town))
    # The same mall name twice in a town would be one mall: take the next name.
    order = np.lexsort((name, town))
    same = np.concatenate(([False], (town[order][1:] == town[order][:-1]) & (name[order][1:] == name[order][:-1])))
    name[order] = (name[order] + np.cumsum(same) * same) % len(names)
    shorts = text.replace_words(text.strings(full), language.short_forms)
    position = pattern * len(names) + name
    labels = text.take(text.strings(list(names)), name)
    return (
        text.take(text.strings(full), position),
        text.take(shorts, position),
        pc.utf8_trim_whitespace(labels),
    )
