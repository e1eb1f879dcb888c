"""Generate both extracts: the one entry point of the package."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from store_matching.generator import arrow_text as text
from store_matching.generator.duplicates import add_duplicates
from store_matching.generator.noise import NoiseRates
from store_matching.generator.options import GeneratorOptions
from store_matching.generator.projection import SourceRecords, project
from store_matching.generator.random_streams import RandomStreams
from store_matching.generator.record_contacts import true_domains, true_phones
from store_matching.generator.summary import summarise
from store_matching.generator.world import World, duplicate_count, make_world

COLUMNS = (
    *("id", "name", "address", "postcode", "city", "region", "country"),
    *("lat", "lon", "phone", "website", "category"),
)
SOURCES = ("GI", "TH")
HEX_DIGITS = 10
Progress = Callable[[str, float], None]


@dataclass
class GeneratedExtracts:
    """Both extracts and what is true about them.

    gi, th:     extract tables with the twelve columns, in the order of id
    truth:      gi_id, th_id: one row per pair of records of the same shop
    duplicates: source, id, duplicate_of_id: one row per record that repeats another of its source
    noise:      per source: source id and one boolean column per kind of noise, in the order of the extract
    summary:    arguments and counts, as written to generator.json
    """

    gi: pa.Table
    th: pa.Table
    truth: pa.Table
    duplicates: pa.Table
    noise: dict[str, pa.Table]
    summary: dict


def generate_extracts(
    options: GeneratorOptions, progress: Progress | None = None, rates: NoiseRates | None = None
) -> GeneratedExtracts:
    """Generate both extracts.

    progress: called after each step with what was done and its seconds
    rates:    noise to use instead of the level of the options

    The same options give the same tables.
    """
    clock = StepClock(progress)
    rates = rates or NoiseRates.at_level(options.noise)
    streams = RandomStreams(options.seed)
    world = make_world(options, rates, streams)
    phones, domains = true_phones(world, streams), true_domains(world, streams)
    towns, places = len(world.towns.name), len(world.places.name)
    clock.done(f"{world.store_count} shops in {towns} towns, {places} streets and malls")

    def make_side(source: str) -> Side:
        records = project(world, rates, streams, source, phones, domains)
        originals = add_duplicates(world, streams, records, duplicate_count(options, rates))
        return finish(streams, records, originals)

    # Arrow and numpy leave the interpreter while they work, so the sources are made side by side.
    with ThreadPoolExecutor(max_workers=2) as executor:
        sides = dict(zip(SOURCES, executor.map(make_side, SOURCES), strict=True))
    clock.done(f"{options.stores} records of each source, with their noise")
    truth = make_truth(world, sides)
    duplicates = pa.concat_tables([side.duplicates for side in sides.values()])
    clock.done(f"truth: {truth.num_rows} matches, {duplicates.num_rows} duplicates")
    return GeneratedExtracts(
        gi=sides["GI"].table,
        th=sides["TH"].table,
        truth=truth,
        duplicates=duplicates,
        noise={source: side.noise for source, side in sides.items()},
        summary=summarise(options, rates, world, {s: side.counts for s, side in sides.items()}, truth.num_rows),
    )


class StepClock:
    """Reports each step with its seconds."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._started = time.perf_counter()

    def done(self, step: str) -> None:
        """Report that a step ended."""
        now = time.perf_counter()
        if self._progress:
            self._progress(step, now - self._started)
        self._started = now


@dataclass
class Side:
    """One finished source."""

    table: pa.Table
    ids: pa.Array
    stores: np.ndarray
    duplicates: pa.Table
    noise: pa.Table
    counts: dict[str, int]


def finish(streams: RandomStreams, records: SourceRecords, originals: np.ndarray) -> Side:
    """Give the records identifiers that tell nothing, and put them in the order of these."""
    size = len(records.stores)
    random = streams.stream(f"{records.source} identifiers")
    numbers, ids = draw_identifiers(random, records.source, size)
    order = np.argsort(numbers, kind="stable")
    taken = pa.array(order)
    values: dict[str, pa.Array] = {"id": ids.take(taken)}
    for name in COLUMNS[1:]:
        if name in ("lat", "lon"):
            degrees = (records.latitude if name == "lat" else records.longitude)[order]
            values[name] = pa.array(degrees, mask=np.isnan(degrees))
        else:
            values[name] = records.columns.pop(name).take(taken)
    copies = np.arange(size - len(originals), size)
    duplicates = pa.table(
        {
            "source": text.repeat(records.source, len(originals)),
            "id": ids.take(pa.array(copies)),
            "duplicate_of_id": ids.take(pa.array(originals)),
        }
    ).sort_by("id")
    masks = records.ledger.masks
    noise = pa.table({"id": values["id"]} | {kind: pa.array(mask[order]) for kind, mask in masks.items()})
    return Side(
        pa.table({name: values[name] for name in COLUMNS}),
        ids,
        records.stores,
        duplicates,
        noise,
        records.ledger.counts(),
    )


def draw_identifiers(random: np.random.Generator, source: str, size: int) -> tuple[np.ndarray, pa.Array]:
    """Return different random numbers and identifiers made of them: GI-004711, th_9f3a02c41b."""
    if source == "GI":
        highest = max(int(size * 1.4), 1000)
        numbers = 1 + random.permutation(highest)[:size]
        width = max(len(str(highest)), 6)
        padded = text.number_text(numbers + 10**width)
        return numbers, pa.compute.utf8_replace_slice(padded, 0, 1, "GI-")
    numbers = np.empty(0, dtype=np.int64)
    while len(numbers) < size:
        drawn = random.integers(0, 16**HEX_DIGITS, size, dtype=np.int64)
        _, first = np.unique(np.concatenate([numbers, drawn]), return_index=True)
        numbers = np.concatenate([numbers, drawn])[np.sort(first)][:size]
    digits = numbers[:, None] >> (4 * np.arange(HEX_DIGITS - 1, -1, -1)) & 15
    letters = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[digits]
    texts = pa.array(np.ascontiguousarray(letters).view(f"S{HEX_DIGITS}").ravel()).cast(pa.string())
    return numbers, pa.compute.binary_join_element_wise(text.repeat("th_", size), texts, "")


def make_truth(world: World, sides: dict[str, Side]) -> pa.Table:
    """Return every pair of records of the same shop, duplicates included, in the order of the ids."""
    first, second = {}, {}
    for source, side in sides.items():
        first[source] = np.full(world.store_count, -1)
        second[source] = np.full(world.store_count, -1)
        # A duplicate stands behind the record that it repeats.
        rows = np.arange(len(side.stores))
        first[source][side.stores[::-1]] = rows[::-1]
        again = first[source][side.stores] != rows
        second[source][side.stores[again]] = rows[again]
    pairs = []
    for gi in (first["GI"], second["GI"]):
        for th in (first["TH"], second["TH"]):
            both = (gi >= 0) & (th >= 0)
            pairs.append((gi[both], th[both]))
    gi_rows, th_rows = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    table = pa.table(
        {
            "gi_id": sides["GI"].ids.take(pa.array(gi_rows)),
            "th_id": sides["TH"].ids.take(pa.array(th_rows)),
        }
    )
    return table.sort_by([("gi_id", "ascending"), ("th_id", "ascending")])
