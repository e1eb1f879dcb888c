"""Shim: what fakesnow cannot read, said otherwise. Each entry: what Snowflake gets, what the emulator gets."""

import re

REWRITES = (
    # Numbers in rising order: DuckDB's sequences have no other.
    (r"start = 1 increment = 1 order", "start = 1 increment = 1"),
    # A hash of all rows, whatever their order.
    (r"\bhash_agg\(\*\) from ([\w.\"]+)", r"coalesce(sum(hash(hashed)), 0) from \1 as hashed"),
)


def readable(statement: str) -> str:
    """Return the statement as fakesnow can read it."""
    for pattern, replacement in REWRITES:
        statement = re.sub(pattern, replacement, statement, flags=re.IGNORECASE)
    return statement
