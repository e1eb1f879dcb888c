with

scope_matches as (
    select store_key
    from {{ ref('stg_scope_matches') }}
),

store_matches as (
    select
        store_key,
        source_system,
        status,
        partner_store_key
    from {{ ref('stg_store_matches') }}
),

golden_ids as (
    select
        leading_store_key,
        gi_store_key,
        th_store_key,
        gold_store_id,
        id_origin
    from {{ source('previous', 'golden_ids') }}
),

released_crosswalk as (
    select
        store_key,
        gold_store_id
    from {{ source('released', 'store_crosswalk') }}
),

golden_stores_of_scope as (
    select
        golden_ids.leading_store_key,
        golden_ids.gi_store_key,
        golden_ids.th_store_key,
        golden_ids.gold_store_id
    from golden_ids
    where golden_ids.gi_store_key in (select scope_matches.store_key from scope_matches)
        or golden_ids.th_store_key in (select scope_matches.store_key from scope_matches)
),

-- Stores that share an id compete for it, also the id that the scope had or was released with.
ids as (
    select gold_store_id from golden_stores_of_scope
    union
    select released_crosswalk.gold_store_id
    from released_crosswalk
    inner join scope_matches on released_crosswalk.store_key = scope_matches.store_key
),

stores as (
    select store_key from scope_matches
    union
    select released_crosswalk.store_key
    from released_crosswalk
    inner join ids on released_crosswalk.gold_store_id = ids.gold_store_id
    union
    select golden_ids.leading_store_key as store_key
    from golden_ids
    inner join ids on golden_ids.gold_store_id = ids.gold_store_id
    union
    -- Its own id was another's when it was given one: it may be free by now.
    select golden_ids.leading_store_key as store_key
    from golden_ids
    where golden_ids.id_origin = 'new_again'
),

stg_scope_golden_ids as (
    select store_matches.store_key as leading_store_key
    from store_matches
    inner join stores on store_matches.store_key = stores.store_key
    where {{ only_with_scope(gold_scope_is_all) }}
    union
    select store_matches.partner_store_key as leading_store_key
    from store_matches
    inner join stores on store_matches.store_key = stores.store_key
    where store_matches.partner_store_key is not null and {{ only_with_scope(gold_scope_is_all) }}
    union
    select store_key as leading_store_key
    from stores
    where {{ only_with_scope(gold_scope_is_all) }}
)

select * from stg_scope_golden_ids
