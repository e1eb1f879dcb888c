with

blocking_keys as (
    select
        rule_bit,
        blocking_key,
        source_system,
        store_number
    from {{ ref('stg_blocking_keys') }}
),

key_sizes as (
    select
        rule_bit,
        blocking_key
    from {{ ref('stg_blocking_key_sizes') }}
    where {{ block_within_cap('rule_bit', 'gi_stores', 'th_stores') }}
),

shared_keys as (
    select
        blocking_keys.rule_bit,
        blocking_keys.blocking_key,
        blocking_keys.source_system,
        blocking_keys.store_number
    from blocking_keys
    inner join key_sizes
        on blocking_keys.blocking_key = key_sizes.blocking_key
        and blocking_keys.rule_bit = key_sizes.rule_bit
),

stg_candidate_pairs as (
    select
        gi_keys.store_number as gi_store_number,
        th_keys.store_number as th_store_number,
        {{ bit_or_aggregate('gi_keys.rule_bit') }} as rule_bits
    from shared_keys as gi_keys
    inner join shared_keys as th_keys
        on gi_keys.blocking_key = th_keys.blocking_key
        and gi_keys.rule_bit = th_keys.rule_bit
    where gi_keys.source_system = 'GI'
        and th_keys.source_system = 'TH'
    group by gi_keys.store_number, th_keys.store_number
)

select * from stg_candidate_pairs
