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

cleaned_stores as (
    select * from {{ ref('stg_stores') }}
),

tokens as (
    select
        name_key,
        token,
        rarity_rank
    from {{ ref('stg_name_tokens') }}
    where rarity_rank <= 3
),

example_numbers as (
    select distinct example_store_number
    from key_sizes
),

example_stores as (
    select cleaned_stores.*
    from cleaned_stores
    inner join example_numbers on cleaned_stores.store_number = example_numbers.example_store_number
),

example_names as (
    select distinct name_key
    from example_stores
),

example_tokens as (
    select
        tokens.name_key,
        tokens.token,
        tokens.rarity_rank
    from tokens
    inner join example_names on tokens.name_key = example_names.name_key
),

-- Keys are kept as hashes alone: what stands behind one is made again from a store that has it.
example_keys as (
    {{ blocking_keys('example_stores', 'example_tokens', is_readable=true) }}
),

capped_blocking_keys as (
    select
        cast(case key_sizes.rule_bit
            {%- for rule in blocking_rules() %}
            when {{ rule.bit }} then '{{ rule.name }}'
            {%- endfor %}
        end as varchar) as rule_name,
        cast(key_sizes.blocking_key as varchar) as blocking_key,
        cast(example_keys.key_text as varchar) as key_text,
        cast(key_sizes.gi_stores as bigint) as gi_stores,
        cast(key_sizes.th_stores as bigint) as th_stores,
        cast(key_sizes.gi_stores * key_sizes.th_stores as bigint) as pairs_not_compared,
        cast(current_stores.store_key as varchar) as example_store_key,
        cast(current_stores.store_name as varchar) as example_store_name,
        cast(current_stores.city as varchar) as example_city
    from key_sizes
    inner join current_stores on key_sizes.example_store_number = current_stores.store_number
    inner join example_keys
        on key_sizes.rule_bit = example_keys.rule_bit
        and key_sizes.blocking_key = example_keys.blocking_key
        and key_sizes.example_store_number = example_keys.store_number
)

select * from capped_blocking_keys
