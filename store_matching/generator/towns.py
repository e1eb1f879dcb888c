"""Cities and small towns: the real cities of the word lists and made-up towns around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from store_matching.generator.random_streams import RandomStreams, WeightedGroups, share_out
from store_matching.generator.vocabulary import City, Language, load_cities, load_languages

KILOMETRES_PER_DEGREE = 111.32
STORES_PER_TOWN = 45
# Of all stores, those in the real cities of the word lists.
CITY_SHARE = 0.6
MAXIMUM_POSTCODES = 60


@dataclass(frozen=True)
class Towns:
    """All towns, one element per town.

    country, language: numbers in the order of the countries in use and of the sorted language codes
    radius:            kilometres within which most streets stand
    postcodes:         the codes of each town; for GB the outward half, for NL the four digits
    weight:            share of the country's stores
    """

    country: np.ndarray
    language: np.ndarray
    name: list[str]
    region: list[str]
    latitude: np.ndarray
    longitude: np.ndarray
    radius: np.ndarray
    weight: np.ndarray
    dial: list[str]
    postcodes: list[tuple[str, ...]]
    other_names: list[tuple[str, ...]]
    districts: list[tuple[str, ...]]


def make_towns(streams: RandomStreams, countries: tuple[str, ...], store_counts: np.ndarray) -> Towns:
    """Return the towns of the countries; their number grows with `store_counts` (stores per country)."""
    language_codes = sorted(load_languages())
    cities: list[City] = []
    weights: list[np.ndarray] = []
    radii: list[np.ndarray] = []
    for country, stores in zip(countries, store_counts, strict=True):
        real = [city for city in load_cities() if city.country == country]
        population = np.array([city.population for city in real])
        random = streams.stream(f"towns {country}")
        towns = make_small_towns(random, real, int(stores * (1 - CITY_SHARE)) // STORES_PER_TOWN)
        sizes = np.exp(random.normal(0, 0.9, len(towns)))
        share = CITY_SHARE if towns else 1.0
        weights.append(population / population.sum() * share)
        radii.append(np.maximum(0.12 * np.sqrt(population), 0.8))
        if towns:
            weights.append(sizes / sizes.sum() * (1 - CITY_SHARE))
            radii.append(0.5 + 0.25 * sizes**0.5)
        cities += real + towns
    return Towns(
        country=np.array([countries.index(city.country) for city in cities], dtype=np.int16),
        language=np.array([language_codes.index(city.language) for city in cities], dtype=np.int16),
        name=[city.name for city in cities],
        region=[city.region for city in cities],
        latitude=np.array([city.latitude for city in cities]),
        longitude=np.array([city.longitude for city in cities]),
        radius=np.concatenate(radii),
        weight=np.concatenate(weights),
        dial=[city.dial for city in cities],
        postcodes=[expand_postcodes(city.postcodes) for city in cities],
        other_names=[city.other_names for city in cities],
        districts=[city.districts for city in cities],
    )


def make_small_towns(random: np.random.Generator, cities: list[City], count: int) -> list[City]:
    """Return `count` towns 5 to 50 km from a real city, with names and postcodes of its area."""
    if not count:
        return []
    root = np.sqrt(np.array([city.population for city in cities]))
    parents = np.repeat(np.arange(len(cities)), share_out(count, root))
    distance = random.uniform(5, 50, count) / KILOMETRES_PER_DEGREE
    bearing = random.uniform(0, 2 * np.pi, count)
    numbers = random.random((count, 9))
    languages = load_languages()
    towns = []
    for position in range(count):
        parent = cities[parents[position]]
        name = town_name(languages[parent.language], numbers[position])
        stretch = np.cos(np.radians(parent.latitude))
        towns.append(
            City(
                country=parent.country,
                language=parent.language,
                name=name,
                region=parent.region,
                latitude=parent.latitude + distance[position] * np.cos(bearing[position]),
                longitude=parent.longitude + distance[position] * np.sin(bearing[position]) / stretch,
                population=1.0,
                postcodes=(town_postcode(parent, numbers[position, 8]),),
                dial=parent.dial,
                other_names=short_town_names(name, languages[parent.language]),
                districts=(),
            )
        )
    return towns


def town_name(language: Language, numbers: np.ndarray) -> str:
    """Return a name by the language's patterns, chosen by nine numbers from 0 to 1."""

    def pick(name: str, number: float) -> str:
        items = language.lists.get(name) or ("",)
        return items[int(number * len(items))]

    pattern = pick("town_patterns", numbers[0])
    values = {
        "given": pick("given", numbers[1]),
        "stem": pick("town_stems", numbers[2]),
        "ending": pick("town_endings", numbers[3]),
        "river": pick("rivers", numbers[4]),
        "sur": pick("town_linking", numbers[5]),
        "area": pick("town_areas", numbers[6]),
        "noun": pick("town_nouns", numbers[7]),
        "stem2": pick("town_stems", numbers[7]),
    }
    name = pattern.format(**values)
    return name[0].upper() + re.sub(r"(?<= )[a-zа-яά-ώ](?=[a-zа-яά-ώ]{4,})", lambda m: m[0].upper(), name[1:])


def town_postcode(parent: City, number: float) -> str:
    """Return a code of the same area as the parent's first code."""
    first = parent.postcodes[0].split("-")[0]
    if parent.country == "GB":
        return re.match("[A-Z]+", first)[0] + str(20 + int(number * 60))
    if parent.country == "FR":
        return first[:2] + f"{int(number * 90) + 5:02d}0"
    if parent.country == "GR":
        return first[:2] + f"{int(number * 9)} {int(number * 991) % 90 + 10:02d}"
    kept = 1 if parent.country in ("BE", "BG") else 2
    digits = len(first) - kept
    return first[:kept] + f"{int(10 ** (digits - 1) + number * 9 * 10 ** (digits - 1)):0{digits}d}"


def short_town_names(name: str, language: Language) -> tuple[str, ...]:
    """Return other ways to write a made-up town: without its addition, Saint shortened."""
    shorter = re.split(r"-(?:sur|lès|en|on)-| am | an der | del | sul | aan de | upon ", name)[0]
    saint = language.short_forms.get("Saint")
    forms = {shorter, name.replace("-", " ")}
    if saint:
        forms.add(re.sub(r"\bSaint\b", saint, name))
    return tuple(sorted(forms - {name}))


def expand_postcodes(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return single codes of ranges such as "75001-75020", "BN1-BN3" or "105 51-105 64"."""
    expanded: list[str] = []
    for code in codes:
        first, _, last = code.partition("-")
        if not last:
            expanded.append(code)
            continue
        start, end = (re.fullmatch(r"([A-Z]*|\d+ )(\d+)", part) for part in (first, last))
        if " " in first:
            low, high = (int(part.replace(" ", "")) for part in (first, last))
            expanded += [f"{value // 100:03d} {value % 100:02d}" for value in range(low, high + 1)]
            continue
        width = len(start[2]) if not start[1] else 1
        expanded += [f"{start[1]}{value:0{width}d}" for value in range(int(start[2]), int(end[2]) + 1)]
    if len(expanded) > MAXIMUM_POSTCODES:
        steps = np.linspace(0, len(expanded) - 1, MAXIMUM_POSTCODES).astype(int)
        expanded = [expanded[step] for step in steps]
    return tuple(expanded)


def town_sampler(towns: Towns, country_count: int) -> WeightedGroups:
    """Draws the town of a store in its country."""
    return WeightedGroups(towns.country, towns.weight, country_count)
