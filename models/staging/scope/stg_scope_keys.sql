with

compared_stores as (
    select store_number
    from {{ ref('stg_scope_compared_stores') }}
),

blocking_keys as (
    select
        blocking_key,
        store_number
    from {{ ref('stg_blocking_keys') }}
),

removed_keys as (
    select blocking_key
    from {{ source('scope', 'removed_blocking_keys') }}
),

keys as (
    select blocking_key from removed_keys
    union
    select blocking_keys.blocking_key
    from blocking_keys
    inner join compared_stores on blocking_keys.store_number = compared_stores.store_number
),

stg_scope_keys as (
    select blocking_key
    from keys
    where {{ only_with_scope() }}
)

select * from stg_scope_keys
