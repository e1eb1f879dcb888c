{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false) }}

with

gi_stores as (
    select store_id
    from {{ source('raw', 'gi_stores') }}
),

th_stores as (
    select store_id
    from {{ source('raw', 'th_stores') }}
),

known_stores as (
    select
        store_key,
        store_number
    from {{ source('previous', 'store_numbers') }}
),

store_keys as (
    select 'GI:' || store_id as store_key from gi_stores
    union
    select 'TH:' || store_id as store_key from th_stores
),

new_stores as (
    select store_keys.store_key
    from store_keys
    left join known_stores on store_keys.store_key = known_stores.store_key
    where known_stores.store_key is null
),

last_number as (
    select coalesce(max(store_number), 0) as store_number
    from known_stores
),

stg_store_numbers as (
    select
        new_stores.store_key,
        cast(last_number.store_number + row_number() over (order by new_stores.store_key) as integer) as store_number
    from new_stores
    cross join last_number
)

select * from stg_store_numbers
