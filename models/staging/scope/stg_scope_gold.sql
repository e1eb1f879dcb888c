with

scope_stores as (
    select
        store_key,
        store_number
    from {{ ref('stg_scope_stores') }}
    where is_seed
),

scope_matches as (
    select store_key
    from {{ ref('stg_scope_matches') }}
),

golden_ids as (
    select
        leading_store_key,
        gi_store_key,
        th_store_key,
        gold_store_id
    from {{ ref('stg_golden_ids') }}
),

removed_ids as (
    select
        leading_store_key,
        gi_store_key,
        th_store_key,
        gold_store_id
    from {{ source('scope', 'removed_golden_ids') }}
),

added_ids as (
    select
        leading_store_key,
        gi_store_key,
        th_store_key,
        gold_store_id
    from {{ source('scope', 'added_golden_ids') }}
),

store_duplicates as (
    select
        store_key,
        representative_store_key
    from {{ ref('stg_store_duplicates') }}
),

removed_duplicates as (
    select store_key
    from {{ source('scope', 'removed_store_duplicates') }}
),

added_duplicates as (
    select store_key
    from {{ source('scope', 'added_store_duplicates') }}
),

golden_stores as (
    select
        gold_store_id,
        gi_store_key,
        th_store_key
    from removed_ids
    union
    select
        gold_store_id,
        gi_store_key,
        th_store_key
    from added_ids
    union
    select
        gold_store_id,
        gi_store_key,
        th_store_key
    from golden_ids
    where gi_store_key in (select scope_stores.store_key from scope_stores)
        or th_store_key in (select scope_stores.store_key from scope_stores)
),

participants as (
    select gi_store_key as store_key from golden_stores
    union
    select th_store_key as store_key from golden_stores
    union
    select store_key from scope_stores
    union
    select store_key from scope_matches
    union
    select store_key from removed_duplicates
    union
    select store_key from added_duplicates
),

-- The golden stores to be written, and beside them the source stores whose row of the crosswalk may change.
stg_scope_gold as (
    select
        gold_store_id,
        cast(null as varchar) as store_key
    from golden_stores
    where {{ only_with_scope(gold_scope_is_all) }}
    union
    select
        cast(null as varchar) as gold_store_id,
        store_key
    from participants
    where store_key is not null and {{ only_with_scope(gold_scope_is_all) }}
    union
    select
        cast(null as varchar) as gold_store_id,
        store_duplicates.store_key
    from store_duplicates
    inner join participants on store_duplicates.representative_store_key = participants.store_key
    where {{ only_with_scope(gold_scope_is_all) }}
)

select * from stg_scope_gold
