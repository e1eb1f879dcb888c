"""The ledger of golden ids: every id ever released, whose it is now, and what became of those that are gone."""

from __future__ import annotations

import duckdb

from store_matching.lake import Lake
from store_matching.ops import registry
from store_matching.ops.store import set_setting, timestamp
from store_matching.releases.changed_rows import changed_files, make_changed_row_views

GOLDEN_STORES = "gold.stores"
LEDGER_SETTING = "gold_store_ids_as_of_release"
COLUMNS = [("gold_store_id", "varchar"), ("gi_store_id", "varchar"), ("th_store_id", "varchar")]

# Rows that stand unchanged in a rewritten file are left out.
CHANGED_IDS = """
    select gold_store_id, gi_store_id, th_store_id from ledger_after
    except
    select gold_store_id, gi_store_id, th_store_id from ledger_before
"""
# A store that left an id is looked for under its new one: the TH store first, as in the rule that gives ids.
RETIRED_IDS = """
    select retired.gold_store_id, coalesce(by_th.gold_store_id, by_gi.gold_store_id) as successor
    from ledger_before as retired
    anti join ledger_after on retired.gold_store_id = ledger_after.gold_store_id
    left join ledger_after as by_th on retired.th_store_id = by_th.th_store_id
    left join ledger_after as by_gi on retired.gi_store_id = by_gi.gi_store_id
"""


def bring_ledger_up_to_date(lake: Lake, connection: duckdb.DuckDBPyConnection) -> int:
    """Bring OPS.gold_store_ids from the release it stands at to the active one; return the number of ids written.

    The ledger says itself at which release it stands, so that a killed run loses nothing: the next one goes on
    from there. Ids are never dropped; one that a release no longer has is marked with that release and with the
    id that its store bears now.
    """
    active = registry.active_release(lake.ops)["release_id"]
    stands_at = lake.ops.setting(LEDGER_SETTING)
    if active is None or stands_at == str(active):
        return 0
    after = registry.release_tables(lake.ops, active)[GOLDEN_STORES]
    before = registry.release_tables(lake.ops, int(stands_at)).get(GOLDEN_STORES) if stands_at else None
    if before is not None and registry.release(lake.ops, int(stands_at))["release_status"] == "expired":
        before = None
    make_changed_row_views(connection, changed_files(lake, before, after), COLUMNS, "ledger")
    changed = connection.execute(CHANGED_IDS).fetchall()
    retired = connection.execute(RETIRED_IDS).fetchall()
    now = timestamp()
    with lake.ops.transaction() as ops:
        ops.executemany(
            """insert into gold_store_ids (
                    gold_store_id, gi_store_id, th_store_id, first_store_key, first_release_id, first_released_at,
                    last_release_id
                ) values (?1, ?2, ?3, coalesce('TH:' || ?3, 'GI:' || ?2), ?4, ?5, ?4)
                on conflict (gold_store_id) do update set
                    gi_store_id = excluded.gi_store_id, th_store_id = excluded.th_store_id,
                    last_release_id = excluded.last_release_id,
                    retired_by_release_id = null, successor_gold_store_id = null""",
            [(*row, active, now) for row in changed],
        )
        ops.executemany(
            "update gold_store_ids set retired_by_release_id = ?, successor_gold_store_id = ? where gold_store_id = ?",
            [(active, successor, gold_store_id) for gold_store_id, successor in retired],
        )
        set_setting(ops, LEDGER_SETTING, str(active))
    return len(changed) + len(retired)
