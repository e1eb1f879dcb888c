"""How the matches of generated stores compare with the truth that was written beside them."""

from pathlib import Path

import duckdb

from store_matching.evaluation.counts import PairCounts

# A store and its duplicates are one shop: a match with either is a match with the shop. Stores that are not
# of these extracts (the database may hold more) are left out.
COMPARISON = """
    with gi as (select id from read_csv($gi, header = true, all_varchar = true)),
    th as (select id from read_csv($th, header = true, all_varchar = true)),
    duplicates as (select * from read_csv($duplicates, header = true, all_varchar = true)),
    shops as (
        select 'GI' as source, gi.id, coalesce(duplicates.duplicate_of_id, gi.id) as shop
        from gi left join duplicates on duplicates.source = 'GI' and gi.id = duplicates.id
        union all
        select 'TH' as source, th.id, coalesce(duplicates.duplicate_of_id, th.id) as shop
        from th left join duplicates on duplicates.source = 'TH' and th.id = duplicates.id
    ),
    matched as (
        select substr(store_key, 4) as gi_id, substr(partner_store_key, 4) as th_id
        from staging.store_matches
        where status = 'MATCHED' and source_system = 'GI'
    ),
    truth as (select * from read_csv($truth, header = true, all_varchar = true)),
    found as (
        select distinct gi_shops.shop as gi_shop, th_shops.shop as th_shop
        from matched
        inner join shops as gi_shops on gi_shops.source = 'GI' and gi_shops.id = matched.gi_id
        inner join shops as th_shops on th_shops.source = 'TH' and th_shops.id = matched.th_id
    ),
    known as (
        select distinct gi_shops.shop as gi_shop, th_shops.shop as th_shop
        from truth
        inner join shops as gi_shops on gi_shops.source = 'GI' and gi_shops.id = truth.gi_id
        inner join shops as th_shops on th_shops.source = 'TH' and th_shops.id = truth.th_id
    )
    select
        (select count(*) from found semi join known using (gi_shop, th_shop)),
        (select count(*) from found anti join known using (gi_shop, th_shop)),
        (select count(*) from known anti join found using (gi_shop, th_shop))
"""


def measure_quality(database: Path, extracts: Path) -> PairCounts | None:
    """Compare the matches in the database with the truth of generated extracts.

    Returns None when nothing is matched yet.
    extracts: folder that scripts/generate_stores.py wrote: gi.csv, th.csv, truth.csv and duplicates.csv
    Raises FileNotFoundError when one of them is missing.
    """
    files = {name: extracts / f"{name}.csv" for name in ("gi", "th", "truth", "duplicates")}
    for file in files.values():
        if not file.is_file():
            raise FileNotFoundError(f"there is no {file}: scripts/generate_stores.py writes it")
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            counts = connection.execute(COMPARISON, {name: str(file) for name, file in files.items()}).fetchone()
        except duckdb.CatalogException:
            return None
    return PairCounts(*counts)
