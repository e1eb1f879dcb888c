"""Every kind of noise and its rate at each level.

A rate is the probability that a record has the noise, among the records that can have it (a phone that is
missing cannot be changed). Each source draws on its own, so both records of a shop may be noisy.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

NOISE_LEVELS = ("low", "normal", "high")


@dataclass(frozen=True)
class NoiseKind:
    """One kind of noise: the columns it can touch, its rate at each level and what it does."""

    name: str
    columns: tuple[str, ...]
    rates: tuple[float, float, float]
    among: str
    description: str


def rate(low: float, normal: float, high: float, columns: str, among: str, description: str) -> Any:
    """Dataclass field of one rate; its default is the level "normal"."""
    metadata = {
        "rates": (low, normal, high),
        "columns": tuple(columns.split()),
        "among": among,
        "description": description,
    }
    return field(default=normal, metadata=metadata)


@dataclass(frozen=True)
class NoiseRates:
    """Rates of all kinds of noise, by default those of the level "normal"."""

    # The shop itself differs between the sources.
    renamed_store: float = rate(
        0.003, 0.010, 0.03, "name", "shops in both sources", "one source has a wholly different name"
    )
    relocated_store: float = rate(
        0.002,
        0.008,
        0.02,
        "address postcode lat lon",
        "shops in both sources",
        "one source has an old address in the same town",
    )
    replaced_store: float = rate(
        0.01,
        0.03,
        0.06,
        "name",
        "shops of a source",
        "closed and replaced: another shop at its address, no match",
    )
    duplicate_record: float = rate(
        0.01,
        0.03,
        0.06,
        "id",
        "records of a source",
        "the same shop again in the same source, slightly different",
    )
    # Name.
    legal_form_added: float = rate(0.03, 0.08, 0.15, "name", "independent shops", "legal form before or after the name")
    category_word_added: float = rate(
        0.02, 0.05, 0.09, "name", "names without a trade word", "trade word put before the name"
    )
    category_word_dropped: float = rate(
        0.04, 0.12, 0.22, "name", "names with a trade word that can go", "trade word left out"
    )
    category_word_replaced: float = rate(
        0.03, 0.07, 0.13, "name", "names with a trade word", "another word for the same trade"
    )
    city_added: float = rate(0.01, 0.03, 0.06, "name", "independent shops", "town added to the name")
    branch_added: float = rate(
        0.50,
        0.75,
        0.90,
        "name",
        "chains whose style it is",
        "town, street, mall or number of the branch added",
    )
    format_dropped: float = rate(
        0.02, 0.06, 0.12, "name", "chains with formats", "the brand alone instead of its format"
    )
    chain_spelling: float = rate(
        0.03, 0.08, 0.15, "name", "chains with other spellings", "another spelling of the chain"
    )
    host_added: float = rate(
        0.20, 0.40, 0.60, "name", "shops inside another", "name of the host shop added to the name"
    )
    note_added: float = rate(0.003, 0.010, 0.03, "name", "all records", "remark behind the name")
    words_swapped: float = rate(0.01, 0.03, 0.06, "name", "independent shops", "first word moved to the end")
    name_abbreviated: float = rate(
        0.02, 0.06, 0.12, "name", "names with such a word", "words abbreviated, as St for Saint"
    )
    words_joined: float = rate(0.005, 0.015, 0.03, "name", "names of two words", "a blank left out")
    name_truncated: float = rate(0.002, 0.006, 0.015, "name", "names over 24 letters", "cut after 24 letters")
    punctuation_changed: float = rate(
        0.03, 0.08, 0.15, "name", "names with punctuation", "hyphens, apostrophes or full stops left out"
    )
    name_typo: float = rate(0.02, 0.05, 0.10, "name", "all records", "letter dropped, doubled, swapped or replaced")
    name_misread: float = rate(0.003, 0.010, 0.02, "name", "all records", "letter read wrong, as 0 for O or rn for m")
    # Writing style of the whole record.
    accents_dropped: float = rate(
        0.06, 0.14, 0.25, "name address city", "all records", "accents left out in all fields"
    )
    upper_case: float = rate(0.05, 0.12, 0.20, "name address city", "all records", "all fields in upper case")
    lower_case: float = rate(0.005, 0.02, 0.04, "name address city", "all records", "all fields in lower case")
    transliterated: float = rate(
        0.05, 0.12, 0.30, "name address city", "records in other letters", "written in Latin letters"
    )
    encoding_damaged: float = rate(
        0.001,
        0.005,
        0.02,
        "name address city",
        "all records",
        "accents read in the wrong encoding, &amp; for &",
    )
    blanks_added: float = rate(0.005, 0.01, 0.03, "name", "all records", "doubled blanks, a blank at the end")
    # Address.
    address_missing: float = rate(0.04, 0.10, 0.18, "address", "all records", "no address")
    house_number_missing: float = rate(0.02, 0.05, 0.10, "address", "addresses with a number", "street without number")
    house_number_changed: float = rate(0.01, 0.03, 0.06, "address", "addresses with a number", "a number close by")
    house_number_range: float = rate(
        0.01, 0.03, 0.05, "address", "addresses with a number", "a range of numbers, as 12-14"
    )
    house_number_moved: float = rate(
        0.02, 0.05, 0.10, "address", "addresses with a number", "number on the other side of the street"
    )
    street_abbreviated: float = rate(
        0.08, 0.20, 0.35, "address", "addresses on a street", "street type and titles abbreviated"
    )
    street_typo: float = rate(0.01, 0.03, 0.07, "address", "all records", "letter of the address mistyped")
    address_extra: float = rate(0.01, 0.03, 0.06, "address", "all records", "unit or shop number put before")
    city_in_address: float = rate(0.01, 0.03, 0.06, "address", "all records", "postcode and town added")
    name_address_swapped: float = rate(
        0.0005, 0.002, 0.006, "name address", "records with an address", "name and address swapped"
    )
    # Postcode and town.
    postcode_missing: float = rate(0.04, 0.10, 0.18, "postcode", "all records", "no postcode")
    postcode_changed: float = rate(0.005, 0.02, 0.04, "postcode", "all records", "one digit differs")
    postcode_damaged: float = rate(
        0.01, 0.03, 0.06, "postcode", "all records", "leading zero or blank lost, country put before"
    )
    postcode_in_city: float = rate(0.003, 0.010, 0.03, "postcode city", "all records", "postcode in the town column")
    city_missing: float = rate(0.01, 0.03, 0.06, "city", "all records", "no town")
    city_other_name: float = rate(
        0.01, 0.04, 0.10, "city", "towns with other names", "foreign, old or short name of the town"
    )
    city_district: float = rate(
        0.02, 0.05, 0.10, "city", "towns with districts", "name of the district instead of the town"
    )
    city_numbered: float = rate(
        0.03, 0.10, 0.20, "city", "French postcodes", "district number or CEDEX behind the town"
    )
    region_missing: float = rate(0.20, 0.40, 0.60, "region", "all records", "no region")
    country_missing: float = rate(0.005, 0.02, 0.05, "country", "all records", "no country")
    # Coordinates. All of them also stray by 10 to 40 m.
    coordinates_missing: float = rate(0.03, 0.08, 0.15, "lat lon", "all records", "no coordinates")
    coordinates_moved: float = rate(0.02, 0.05, 0.10, "lat lon", "all records", "200 to 800 m off")
    coordinates_centroid: float = rate(0.005, 0.02, 0.05, "lat lon", "all records", "centre of the town")
    coordinates_rounded: float = rate(0.005, 0.02, 0.05, "lat lon", "all records", "rounded to three decimals")
    coordinates_swapped: float = rate(0.0005, 0.002, 0.006, "lat lon", "all records", "latitude and longitude swapped")
    # Contact and trade.
    phone_missing: float = rate(0.20, 0.40, 0.55, "phone", "all records", "no phone")
    phone_changed: float = rate(0.01, 0.03, 0.06, "phone", "all records", "another number")
    phone_typo: float = rate(0.002, 0.006, 0.015, "phone", "all records", "last digits differ")
    phone_central: float = rate(0.02, 0.06, 0.12, "phone", "chains", "number of the chain instead of the shop")
    website_missing: float = rate(
        0.30, 0.50, 0.65, "website", "all records", "no web site; shops that have none count too"
    )
    website_social: float = rate(0.02, 0.06, 0.12, "website", "independent shops", "page on a social network")
    category_missing: float = rate(0.05, 0.12, 0.25, "category", "all records", "no category")
    category_other: float = rate(0.02, 0.05, 0.10, "category", "all records", "a neighbouring category")

    @classmethod
    def at_level(cls, level: str) -> NoiseRates:
        """Return the rates of "low", "normal" or "high"."""
        position = NOISE_LEVELS.index(level)
        return cls(**{item.name: item.metadata["rates"][position] for item in fields(cls)})


NOISE_KINDS = {
    item.name: NoiseKind(
        item.name,
        item.metadata["columns"],
        item.metadata["rates"],
        item.metadata["among"],
        item.metadata["description"],
    )
    for item in fields(NoiseRates)
}
