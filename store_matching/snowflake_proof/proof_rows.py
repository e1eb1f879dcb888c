"""Landing rows of the end-to-end claims: the same businesses in two sources, in batches."""

from __future__ import annotations

import re

from store_matching.landing.landing_tables import landing_tables_sql

STREETS = ("Rue Oberkampf", "Rue de Rivoli", "Avenue Foch", "Boulevard Voltaire", "Rue Lepic", "Quai de Valmy")
NAMES = (
    *("Zephyr", "Quartz", "Mirabelle", "Obsidian", "Tamarin", "Vespera", "Kestrel", "Juniper", "Saffron", "Galoche"),
    *(
        "Hibiscus",
        "Brindille",
        "Pomelo",
        "Turbot",
        "Cassonade",
        "Farandole",
        "Grenadine",
        "Lavande",
        "Muscade",
        "Nectar",
    ),
    *("Ombrelle", "Pistache", "Roseau", "Sarment"),
)
KINDS = ("Bakery", "Pharmacy", "Garage", "Florist")
# How many of GI's stores the first batch brings; the second brings the others and is the one that is lost.
FIRST_BATCH = 16
COLUMNS = (
    "store_id, store_name, address, postcode, city, region, country_code, latitude, longitude, phone, website,"
    " category, updated_at, is_deleted, batch_id, batch_window_start, loaded_at"
)


def landing_statements(database: str) -> list[str]:
    """Return what makes the landing tables in a database."""
    statements = [re.sub(r"\b(RAW|RELEASED)\b", rf"{database}.\1", text) for text in landing_tables_sql().split(";")]
    return [text.strip() for text in statements if text.strip() and "RELEASED" not in text]


def batch(
    database: str, source: str, batch_id: str, first: int, last: int, *, suffix: str = "", is_gone: bool = False
) -> str:
    """Return an INSERT of a source's stores `first` to `last`, those left out that the table has of this batch.

    suffix:  what is added to the stores' names
    is_gone: whether the batch says that the stores are closed
    """
    rows = ",\n".join(_row(source, batch_id, number, suffix, is_gone) for number in range(first, last))
    given = COLUMNS.removesuffix(", loaded_at")
    table = f"{database}.RAW.{source}_STORES"
    return (
        f"insert into {table} ({COLUMNS})\nselect {given}, sysdate() from (values\n{rows}\n) as given ({given})\n"
        f"where given.store_id not in (select landed.store_id from {table} as landed"
        f" where landed.batch_id = '{batch_id}')"
    )


def _row(source: str, batch_id: str, number: int, suffix: str, is_gone: bool) -> str:
    kind = KINDS[number % len(KINDS)]
    called = f"{NAMES[number % len(NAMES)]} {kind}{suffix}"
    address = f"{10 + number} {STREETS[number % len(STREETS)]}"
    moment = f"'2026-01-01 {int(batch_id.rsplit('-', 1)[1]):02d}:00:00'::timestamp"
    text = (f"{source}{number:03d}", called, address, f"750{1 + number % 20:02d}", "Paris")
    texts = ", ".join(f"'{value}'" for value in text)
    point = f"{48.80 + number * 0.003:.4f}, {2.30 + number * 0.003:.4f}"
    return (
        f"({texts}, null, 'FR', {point}, '+33 1 40 00 {number:02d} {number + 10:02d}', null, '{kind}', {moment},"
        f" {str(is_gone).lower()}, '{batch_id}', {moment})"
    )
