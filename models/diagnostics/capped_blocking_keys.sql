with

key_sizes as (
    select
        rule_bit,
        blocking_key,
        gi_stores,
        th_stores,
        example_store_number
    from {{ ref('stg_blocking_key_sizes') }}
    where not ({{ block_within_cap('rule_bit', 'gi_stores', 'th_stores') }})
),

current_stores as (
    select
        store_number,
        store_key,
        store_name,
        city
    from {{ ref('stg_current_stores') }}
),

capped_blocking_keys as (
    select
        cast(case key_sizes.rule_bit
            {%- for rule in blocking_rules() %}
            when {{ rule.bit }} then '{{ rule.name }}'
            {%- endfor %}
        end as varchar) as rule_name,
        cast(key_sizes.blocking_key as varchar) as blocking_key,
        cast(key_sizes.gi_stores as bigint) as gi_stores,
        cast(key_sizes.th_stores as bigint) as th_stores,
        cast(key_sizes.gi_stores * key_sizes.th_stores as bigint) as pairs_not_compared,
        cast(current_stores.store_key as varchar) as example_store_key,
        cast(current_stores.store_name as varchar) as example_store_name,
        cast(current_stores.city as varchar) as example_city
    from key_sizes
    inner join current_stores on key_sizes.example_store_number = current_stores.store_number
)

select * from capped_blocking_keys
