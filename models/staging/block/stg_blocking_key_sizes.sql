with

blocking_keys as (
    select
        rule_bit,
        blocking_key,
        source_system,
        store_number
    from {{ ref('stg_blocking_keys') }}
),

-- Only keys that both sources have make pairs.
stg_blocking_key_sizes as (
    select
        rule_bit,
        blocking_key,
        sum(case when source_system = 'GI' then 1 else 0 end) as gi_stores,
        sum(case when source_system = 'TH' then 1 else 0 end) as th_stores,
        min(store_number) as example_store_number
    from blocking_keys
    group by rule_bit, blocking_key
    having
        sum(case when source_system = 'GI' then 1 else 0 end) > 0
        and sum(case when source_system = 'TH' then 1 else 0 end) > 0
)

select * from stg_blocking_key_sizes
