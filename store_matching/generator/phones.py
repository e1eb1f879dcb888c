"""Phone numbers by country, in the forms that lists have them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store_matching.generator import arrow_text as text
from store_matching.generator.random_streams import choose
from store_matching.generator.vocabulary import load_countries

PAIRED = ("FR", "BE", "ES")
HALVED = ("GB",)
FORMS = ("blanks", "dots", "bare", "international", "international bare", "double zero", "bracketed trunk")
FORM_WEIGHTS = {
    "GI": [0.52, 0.16, 0.17, 0.09, 0.03, 0.02, 0.01],
    "TH": [0.20, 0.03, 0.07, 0.44, 0.22, 0.01, 0.03],
}


@dataclass
class PhoneNumbers:
    """Numbers as area code (position in `areas`) and subscriber number (never with a leading zero)."""

    country: np.ndarray
    area: np.ndarray
    subscriber: np.ndarray
    areas: list[str]


def subscriber_digits(countries: tuple[str, ...], country: np.ndarray, area_length: np.ndarray) -> np.ndarray:
    """Digits behind the area code of each number."""
    total = {item.code: item.phone_digits for item in load_countries()}
    return np.array([total[code] for code in countries])[country] - area_length


def draw_subscribers(random: np.random.Generator, digits: np.ndarray) -> np.ndarray:
    """Return a number of so many digits for each row, its first digit 2 to 9."""
    unit = 10 ** (digits.astype(np.int64) - 1)
    return 2 * unit + (random.random(len(digits)) * 8 * unit).astype(np.int64)


def draw_forms(random: np.random.Generator, source: str, size: int) -> np.ndarray:
    """Return positions in FORMS, by how often the source uses them."""
    return choose(random, size, FORM_WEIGHTS[source])


def write_phones(countries: tuple[str, ...], numbers: PhoneNumbers, form: np.ndarray) -> pa.Array:
    """Return each number written in its form (position in FORMS)."""
    order, parts = [], []
    lengths = np.array([len(area) for area in numbers.areas])[numbers.area]
    groups = numbers.country.astype(np.int64) * 64 + lengths * 8 + form
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        code = countries[int(group) // 64]
        order.append(rows)
        parts.append(write_group(code, FORMS[int(group) % 8], numbers, rows))
    if not parts:
        return text.strings([])
    back = np.argsort(np.concatenate(order), kind="stable")
    return text.take(pa.concat_arrays(parts), back)


def write_group(code: str, form: str, numbers: PhoneNumbers, rows: np.ndarray) -> pa.Array:
    """Write numbers of one country and area length in one form."""
    country = next(item for item in load_countries() if item.code == code)
    size = len(rows)
    separator = {"blanks": " ", "dots": ".", "international": " ", "bracketed trunk": " "}.get(form, "")
    trunk = country.trunk_prefix
    start = {
        "international": f"+{country.calling_code}{separator}",
        "international bare": f"+{country.calling_code}",
        "double zero": f"00{country.calling_code}",
        "bracketed trunk": f"+{country.calling_code} ({trunk})" if trunk else f"+{country.calling_code} ",
    }.get(form, trunk)
    areas = numbers.areas
    if code == "FR":
        areas = [area[0] + (separator + area[1:] if len(area) > 1 else "") for area in areas]
    area = text.take(text.strings(areas), numbers.area[rows])
    groups = group_digits(code, numbers.subscriber[rows], separator)
    joined = pc.binary_join_element_wise(area, *groups, separator)
    return pc.binary_join_element_wise(text.repeat(start, size), joined, "")


def group_digits(code: str, subscriber: np.ndarray, separator: str) -> list[pa.Array]:
    """Split subscriber numbers of one length into the groups that the country writes."""
    if not separator or code not in PAIRED + HALVED:
        return [text.number_text(subscriber)]
    if code in HALVED:
        return [text.number_text(subscriber // 10_000), padded(subscriber % 10_000, 4)]
    digits = len(str(int(subscriber[0])))
    pairs = (digits - 2 - digits % 2) // 2
    tail = [padded(subscriber // 100**step % 100, 2) for step in range(pairs)]
    return [text.number_text(subscriber // 100**pairs), *tail[::-1]]


def padded(values: np.ndarray, width: int) -> pa.Array:
    """Return whole numbers with leading zeros."""
    return text.take(padded_numbers(width), values)


@lru_cache
def padded_numbers(width: int) -> pa.Array:
    """All numbers of so many digits."""
    return text.strings([f"{value:0{width}d}" for value in range(10**width)])
