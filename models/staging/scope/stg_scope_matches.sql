-- Read after these rows were written.
-- depends_on: {{ ref('stg_assigned_pairs') }}
with

scope_stores as (
    select
        store_number,
        store_key
    from {{ ref('stg_scope_stores') }}
    where is_seed
),

removed_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ source('scope', 'removed_assigned_pairs') }}
),

added_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ source('scope', 'added_assigned_pairs') }}
),

removed_duplicates as (
    select store_number
    from {{ source('scope', 'removed_store_duplicates') }}
),

added_duplicates as (
    select store_number
    from {{ source('scope', 'added_store_duplicates') }}
),

store_numbers as (
    select
        store_key,
        store_number
    from {{ ref('stg_store_numbers') }}
),

changed_pairs as (
    select * from removed_pairs
    union all
    select * from added_pairs
),

changed_stores as (
    select store_number from scope_stores
    union
    select gi_store_number as store_number from changed_pairs
    union
    select th_store_number as store_number from changed_pairs
    union
    select store_number from removed_duplicates
    union
    select store_number from added_duplicates
),

stg_scope_matches as (
    select
        store_numbers.store_number,
        store_numbers.store_key
    from store_numbers
    inner join changed_stores on store_numbers.store_number = changed_stores.store_number
    where {{ only_with_scope() }}
)

select * from stg_scope_matches
