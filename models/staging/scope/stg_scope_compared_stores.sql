with

scope_stores as (
    select
        store_number,
        is_seed
    from {{ ref('stg_scope_stores') }}
),

removed_duplicates as (
    select
        store_number,
        representative_store_number
    from {{ source('scope', 'removed_store_duplicates') }}
),

added_duplicates as (
    select
        store_number,
        representative_store_number
    from {{ source('scope', 'added_store_duplicates') }}
),

store_duplicates as (
    select
        store_number,
        representative_store_number
    from {{ ref('stg_store_duplicates') }}
),

changed_duplicates as (
    select
        store_number,
        representative_store_number
    from removed_duplicates
    union
    select
        store_number,
        representative_store_number
    from added_duplicates
),

-- Whether a duplicate is compared depends on how many its representative has: all of them come in.
stores_of_duplicates as (
    select store_number from changed_duplicates
    union
    select representative_store_number as store_number from changed_duplicates
    union
    select store_duplicates.store_number
    from store_duplicates
    inner join changed_duplicates
        on store_duplicates.representative_store_number = changed_duplicates.representative_store_number
),

stores as (
    select
        store_number,
        is_seed
    from scope_stores
    union all
    select
        store_number,
        true as is_seed
    from stores_of_duplicates
),

stg_scope_compared_stores as (
    select
        store_number,
        max(case when is_seed then 1 else 0 end) = 1 as is_seed
    from stores
    where {{ only_with_scope() }}
    group by store_number
)

select * from stg_scope_compared_stores
