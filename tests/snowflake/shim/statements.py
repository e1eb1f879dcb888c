"""Shim: what fakesnow cannot read, said otherwise. Each entry: what Snowflake gets, what the emulator gets."""

import re

REWRITES = (
    # A temporary view of a schema: DuckDB keeps temporary ones in a catalog of their own. dbt drops it.
    (r"^(\s*create or replace\s+)temporary (view)", r"\1\2"),
    # Numbers in rising order: DuckDB's sequences have no other.
    (r"start = 1 increment = 1 order", "start = 1 increment = 1"),
    (r"OPS\.RELEASE_IDS\.nextval", "nextval('OPS.RELEASE_IDS')"),
    # Rights are not emulated: nobody has any.
    (r"\bwith managed access\b", ""),
    (
        r"show grants on \w+ [\w.]+",
        """select '' as "privilege", '' as "granted_to", '' as "grantee_name" where false""",
    ),
    (
        r"show future grants in schema [\w.]+",
        """select '' as "privilege", '' as "grant_on", '' as "grant_to", '' as "grantee_name" where false""",
    ),
    # Landing tables only grow, and each row says when it was loaded.
    (r"(_STORES) at\(timestamp => ('[^']+')::timestamp_ntz\)", r"\1 where loaded_at <= \2::timestamp_ntz"),
    # A hash of all rows, whatever their order.
    (r"\bhash_agg\(\*\) from ([\w.\"]+)", r"coalesce(sum(hash(hashed)), 0) from \1 as hashed"),
)


def readable(statement: str) -> str:
    """Return the statement as fakesnow can read it."""
    for pattern, replacement in REWRITES:
        statement = re.sub(pattern, replacement, statement, flags=re.IGNORECASE)
    return statement
