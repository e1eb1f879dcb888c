with

current_stores as (
    select
        store_key,
        source_system,
        store_id,
        place_key
    from {{ ref('stg_current_stores') }} as current_stores
    {{ where_in_scope('current_stores', 'stg_scope_gold', ['store_key'], gold_scope_is_all) }}
),

store_duplicates as (
    select
        store_key,
        representative_store_key
    from {{ ref('stg_store_duplicates') }}
),

store_matches as (
    select
        store_key,
        source_system,
        status,
        partner_store_key
    from {{ ref('stg_store_matches') }}
),

golden_stores as (
    select
        gold_store_id,
        match_status,
        leading_store_key
    from {{ ref('stg_golden_ids') }}
),

golden_stores_of_matches as (
    select
        store_matches.store_key,
        golden_stores.gold_store_id,
        golden_stores.match_status
    from store_matches
    inner join golden_stores
        on golden_stores.leading_store_key
        = case
            when store_matches.source_system = 'GI' and store_matches.status = 'MATCHED'
                then store_matches.partner_store_key
            else store_matches.store_key
        end
),

representatives as (
    select
        current_stores.store_key,
        current_stores.source_system,
        current_stores.store_id,
        current_stores.place_key,
        case when store_duplicates.store_key is null then 'representative' else 'duplicate' end as store_role,
        coalesce(store_duplicates.representative_store_key, current_stores.store_key) as representative_store_key
    from current_stores
    left join store_duplicates on current_stores.store_key = store_duplicates.store_key
),

gold_store_crosswalk as (
    select
        cast(representatives.source_system as varchar) as source_system,
        cast(representatives.store_id as varchar) as source_store_id,
        cast(representatives.store_key as varchar) as store_key,
        cast(golden_stores_of_matches.gold_store_id as varchar) as gold_store_id,
        cast(representatives.store_role as varchar) as store_role,
        cast(representatives.representative_store_key as varchar) as representative_store_key,
        cast(golden_stores_of_matches.match_status as varchar) as match_status,
        cast(representatives.place_key as bigint) as place_key
    from representatives
    left join golden_stores_of_matches
        on representatives.representative_store_key = golden_stores_of_matches.store_key
)

select * from gold_store_crosswalk
