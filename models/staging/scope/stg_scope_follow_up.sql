with

scope_stores as (
    select
        store_number,
        store_key
    from {{ ref('stg_scope_stores') }}
    where is_seed
),

candidate_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ ref('stg_candidate_pairs') }}
    where {{ 'true' if stale_stores_exist() else 'false' }}
),

stale_stores as (
    select store_number
    from {{ ref('stg_stores') }}
    where logic_version <> '{{ logic_version() }}'
),

met as (
    select
        gi_store_number as store_number,
        th_store_number as other_number
    from candidate_pairs
    union all
    select
        th_store_number as store_number,
        gi_store_number as other_number
    from candidate_pairs
),

stg_scope_follow_up as (
    select distinct scope_stores.store_key
    from scope_stores
    inner join met on scope_stores.store_number = met.store_number
    inner join stale_stores on met.other_number = stale_stores.store_number
)

select * from stg_scope_follow_up
