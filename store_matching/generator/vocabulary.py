"""The word lists of the generator, read from the folder word_lists beside this file."""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

WORD_LISTS = Path(__file__).resolve().parent / "word_lists"
EVERY_COUNTRY = "*"


@dataclass(frozen=True)
class Country:
    """One country: share of the stores, phone numbering and internet domain."""

    code: str
    local_name: str
    english_name: str
    iso3: str
    share: float
    calling_code: str
    trunk_prefix: str
    phone_digits: int
    domain: str


@dataclass(frozen=True)
class City:
    """One real city; coordinates in degrees, population in thousands."""

    country: str
    language: str
    name: str
    region: str
    latitude: float
    longitude: float
    population: float
    postcodes: tuple[str, ...]
    dial: str
    other_names: tuple[str, ...]
    districts: tuple[str, ...]


@dataclass(frozen=True)
class Category:
    """One trade with its label in each source."""

    name: str
    group: str
    weight: float
    chain_share: float
    mall_weight: float
    gi_code: str
    gi_label: str
    th_labels: tuple[str, ...]
    confused_with: str


@dataclass(frozen=True)
class Chain:
    """One chain, or one format of it; `group` is the brand that its formats share."""

    country: str
    group: str
    name: str
    category: str
    weight: float
    domain: str
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """Pattern of a name: literal words and slots as "{family}"; `optional_word` tells that {word} can go."""

    weight: float
    tokens: tuple[str, ...]
    optional_word: bool


@dataclass(frozen=True)
class Language:
    """Word lists of one language."""

    code: str
    lists: dict[str, tuple[str, ...]]
    short_forms: dict[str, str]
    words: dict[str, tuple[str, ...]]
    nouns: dict[str, tuple[str, ...]]
    templates: dict[str, tuple[Template, ...]]

    def nouns_of(self, group: str) -> tuple[str, ...]:
        """Nouns of a trade group, or the general ones."""
        return self.nouns.get(group) or self.nouns.get("any") or self.nouns["eat"]

    def templates_of(self, group: str) -> tuple[Template, ...]:
        """Templates of a trade group, or the general ones."""
        return self.templates.get(group) or self.templates["any"]


def split_list(text: str, separator: str = "|") -> tuple[str, ...]:
    """Return the items of a separated list; an empty text has none."""
    return tuple(text.split(separator)) if text else ()


def read_rows(name: str) -> list[dict[str, str]]:
    """Rows of one CSV file of the word lists."""
    with (WORD_LISTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache
def load_countries() -> tuple[Country, ...]:
    """All countries, the largest share first."""
    return tuple(
        Country(
            row["country"],
            row["local_name"],
            row["english_name"],
            row["iso3"],
            float(row["share"]),
            row["calling_code"],
            row["trunk_prefix"],
            int(row["phone_digits"]),
            row["domain"],
        )
        for row in read_rows("countries.csv")
    )


@lru_cache
def load_cities() -> tuple[City, ...]:
    """All real cities."""
    return tuple(
        City(
            row["country"],
            row["language"],
            row["city"],
            row["region"],
            float(row["latitude"]),
            float(row["longitude"]),
            float(row["population"]),
            split_list(row["postcodes"], ";"),
            row["dial"],
            split_list(row["other_names"], ";"),
            split_list(row["districts"], ";"),
        )
        for row in read_rows("cities.csv")
    )


@lru_cache
def load_categories() -> tuple[Category, ...]:
    """All trades."""
    return tuple(
        Category(
            row["category"],
            row["group"],
            float(row["weight"]),
            float(row["chain_share"]),
            float(row["mall_weight"]),
            row["gi_code"],
            row["gi_label"],
            split_list(row["th_labels"], ";"),
            row["confused_with"],
        )
        for row in read_rows("categories.csv")
    )


@lru_cache
def load_chains() -> tuple[Chain, ...]:
    """All named chains; country "*" means that the chain is in every country."""
    return tuple(
        Chain(
            row["country"],
            row["group"],
            row["name"],
            row["category"],
            float(row["weight"]),
            row["domain"],
            split_list(row["spellings"], ";"),
        )
        for row in read_rows("chains.csv")
    )


@lru_cache
def load_languages() -> dict[str, Language]:
    """Word lists of every language by its code."""
    return {path.stem: read_language(path) for path in sorted((WORD_LISTS / "languages").glob("*.toml"))}


def read_language(path: Path) -> Language:
    """Read the word lists of one language."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Language(
        code=path.stem,
        lists={name: split_list(value) for name, value in content.items() if isinstance(value, str)},
        short_forms=content["short_forms"],
        words={name: split_list(value) for name, value in content["words"].items()},
        nouns={name: split_list(v) for name, v in content["nouns"].items() if name != "qualifiers"}
        | {"qualifiers": split_list(content["nouns"]["qualifiers"])},
        templates={
            group: tuple(read_template(text) for text in texts) for group, texts in content["templates"].items()
        },
    )


def read_template(text: str) -> Template:
    """Read "3* [{word}] {family}": weight, tokens, brackets around a word that can go."""
    weight, _, pattern = text.partition("* ")
    # "{given}'s" is a slot and a literal.
    tokens = tuple(re.findall(r"\{\w+\}|[^\s{}\[\]]+", pattern))
    return Template(float(weight), tokens, "[{word}]" in pattern)
