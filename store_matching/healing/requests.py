"""Stores that a person names for reprocessing, by key or by a condition over the active release."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import duckdb

from store_matching.errors import LakeError
from store_matching.lake.released import Release


def selectable(crosswalk: str, stores: str, unmatched: str) -> str:
    """Return the select of what a condition may name, one row per source store, of these three relations."""
    return f"""
    select
        crosswalk.store_key, crosswalk.source_system, crosswalk.source_store_id, crosswalk.match_status,
        crosswalk.store_role, gold.gold_store_id, gold.store_name, gold.address, gold.postcode, gold.city, gold.region,
        gold.country_code, gold.country_code as country, gold.phone, gold.website, gold.category, gold.match_score,
        unmatched.failure_cause, unmatched.costliest_comparison, unmatched.free_candidate_score,
        unmatched.potential_score
    from {crosswalk} as crosswalk
    inner join {stores} as gold on crosswalk.gold_store_id = gold.gold_store_id
    left join {unmatched} as unmatched on crosswalk.store_key = unmatched.store_key
"""


# Of a release in the lake.
SELECTABLE = selectable("gold.store_crosswalk", "gold.stores", "diagnostics.unmatched_stores")


def check_known(wanted: Iterable[str], found: Collection[str], release_id: int) -> None:
    """Raise LakeError for wanted keys that are not found, naming them."""
    unknown = [key for key in wanted if key not in found]
    if unknown:
        named = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        raise LakeError(
            f"release {release_id} has no store {named}\n"
            "  what to do: write keys as GI:… or TH:… with the identifier that the source gives; a store that was "
            "loaded since the release is matched by the next dbt build anyway"
        )


def condition_error(condition: str, reason: str, columns: Iterable[str]) -> LakeError:
    """Return the error of a condition that cannot be read."""
    return LakeError(
        f"the condition {condition!r} cannot be read: {reason}\n"
        f"  what to do: write one SQL condition over {', '.join(columns)}"
    )


def known_stores(release: Release, store_keys: Iterable[str]) -> list[str]:
    """Return the keys, each once. Raises LakeError for keys that the release does not have, naming them."""
    wanted = list(dict.fromkeys(store_keys))
    found = {
        row[0]
        for row in release.connection.execute(
            "select store_key from gold.store_crosswalk where list_contains(?, store_key)", [wanted]
        ).fetchall()
    }
    check_known(wanted, found, release.release_id)
    return wanted


def stores_where(release: Release, condition: str) -> list[str]:
    """Return the keys of the stores for which a condition holds, in order.

    condition: SQL over the columns of `selectable`, such as "country = 'FR' and match_status = 'GI_ONLY'"
    Raises LakeError for a condition that cannot be read, naming the columns that there are.
    """
    try:
        # A subquery of its own, so that a condition is one expression and nothing else.
        relation = release.connection.sql(f"select * from ({SELECTABLE}) as stores")
        rows = relation.filter(condition).order("store_key").project("store_key").fetchall()
    except (duckdb.Error, RuntimeError) as error:
        columns = [row[0] for row in release.connection.execute(f"describe {SELECTABLE}").fetchall()]
        raise condition_error(condition, str(error).splitlines()[0], columns) from error
    return list(dict.fromkeys(row[0] for row in rows))
