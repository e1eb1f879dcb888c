with

blocking_keys as (
    select
        rule_bit,
        blocking_key,
        source_system,
        store_number
    from {{ ref('stg_blocking_keys') }}
),

store_duplicates as (
    select store_number
    from {{ ref('stg_store_duplicates') }}
),

-- Copies of one store inside a source do not make its block larger.
counted_keys as (
    select
        blocking_keys.rule_bit,
        blocking_keys.blocking_key,
        blocking_keys.store_number,
        case when blocking_keys.source_system = 'GI' then 1 else 0 end as is_gi,
        case when store_duplicates.store_number is null then 1 else 0 end as is_counted
    from blocking_keys
    left join store_duplicates on blocking_keys.store_number = store_duplicates.store_number
),

-- Only keys that both sources have make pairs.
stg_blocking_key_sizes as (
    select
        rule_bit,
        blocking_key,
        greatest(sum(is_gi * is_counted), 1) as gi_stores,
        greatest(sum((1 - is_gi) * is_counted), 1) as th_stores,
        sum(is_gi) * sum(1 - is_gi) as pairs_with_copies,
        min(store_number) as example_store_number
    from counted_keys
    group by rule_bit, blocking_key
    having max(is_gi) = 1 and min(is_gi) = 0
)

select * from stg_blocking_key_sizes
