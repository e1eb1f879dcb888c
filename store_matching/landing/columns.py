"""The columns of an extract file and the RAW columns they land in."""

from __future__ import annotations

from dataclasses import dataclass

# Longer than any real identifier or shop name: beyond it the value is damage, such as a quote never closed.
MAXIMUM_TEXT_LENGTH = 1000


@dataclass(frozen=True)
class ExtractColumn:
    """One column of an extract: its canonical header, its RAW column and how its text is read."""

    name: str
    raw_column: str
    kind: str


EXTRACT_COLUMNS = (
    ExtractColumn("id", "store_id", "identifier"),
    ExtractColumn("name", "store_name", "name"),
    ExtractColumn("address", "address", "text"),
    ExtractColumn("postcode", "postcode", "text"),
    ExtractColumn("city", "city", "text"),
    ExtractColumn("region", "region", "text"),
    ExtractColumn("country", "country_code", "text"),
    ExtractColumn("lat", "latitude", "coordinate"),
    ExtractColumn("lon", "longitude", "coordinate"),
    ExtractColumn("phone", "phone", "text"),
    ExtractColumn("website", "website", "text"),
    ExtractColumn("category", "category", "text"),
    ExtractColumn("updated_at", "updated_at", "timestamp"),
    ExtractColumn("is_deleted", "is_deleted", "boolean"),
)
COLUMN_NAMES = tuple(column.name for column in EXTRACT_COLUMNS)
REQUIRED_COLUMNS = ("id", "name")
SOURCES = {"GI": "raw.gi_stores", "TH": "raw.th_stores"}

# Read as "missing" in optional columns. Compared in lower case, after trimming.
MISSING_LITERALS = ("", "null", "\\n", "nan", "none", "n/a")
