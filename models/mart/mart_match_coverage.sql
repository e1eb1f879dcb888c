with

golden_stores as (
    select
        gold_store_id,
        coalesce(country_code, 'unknown') as country_code,
        match_status,
        match_score
    from {{ ref('gold_stores') }}
),

duplicates as (
    select
        gold_store_id,
        count(*) as linked_duplicates
    from {{ ref('gold_store_crosswalk') }}
    where store_role = 'duplicate'
    group by gold_store_id
),

counts_of_countries as (
    select
        golden_stores.country_code,
        count(*) as golden_stores,
        sum(case when golden_stores.match_status = 'MATCHED' then 1 else 0 end) as matched_stores,
        sum(case when golden_stores.match_status = 'GI_ONLY' then 1 else 0 end) as gi_only_stores,
        sum(case when golden_stores.match_status = 'TH_ONLY' then 1 else 0 end) as th_only_stores,
        -- A decimal, because sums of doubles differ between thread counts.
        sum(cast(golden_stores.match_score as numeric(18, 6))) as sum_of_scores,
        sum(coalesce(duplicates.linked_duplicates, 0)) as linked_duplicates
    from golden_stores
    left join duplicates on golden_stores.gold_store_id = duplicates.gold_store_id
    group by golden_stores.country_code
),

mart_match_coverage as (
    select
        cast(country_code as varchar) as country_code,
        cast(golden_stores as bigint) as golden_stores,
        cast(matched_stores as bigint) as matched_stores,
        cast(gi_only_stores as bigint) as gi_only_stores,
        cast(th_only_stores as bigint) as th_only_stores,
        cast(round(cast(matched_stores as double) / golden_stores, 4) as double) as match_share,
        cast(round(sum_of_scores / nullif(matched_stores, 0), 2) as double) as mean_match_score,
        cast(linked_duplicates as bigint) as linked_duplicates
    from counts_of_countries
)

select * from mart_match_coverage
