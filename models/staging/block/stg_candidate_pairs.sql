with

blocking_keys as (
    select
        rule_bit,
        blocking_key,
        is_gi,
        store_number
    from {{ ref('stg_blocking_keys') }}
    {%- if not scope_is_all() %}
    where store_number in (
        select pairs.gi_store_number from {{ ref('stg_scope_pairs') }} as pairs
        union all
        select pairs.th_store_number from {{ ref('stg_scope_pairs') }} as pairs
    )
    {%- endif %}
),

key_sizes as (
    select
        blocking_key,
        {{ block_evidence('rule_bit', 'gi_stores', 'th_stores') }} as evidence
    from {{ ref('stg_blocking_key_sizes') }}
    where {{ block_within_cap('rule_bit', 'gi_stores', 'th_stores') }}
),

stores as (
    select
        store_number,
        latitude_micro,
        longitude_micro
    from {{ ref('stg_stores') }}
),

labelled_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ ref('stg_labelled_pairs') }} as labelled_pairs
    where decision = 'match'
        {{ where_in_scope('labelled_pairs', 'stg_scope_pairs', pair_columns(), begins_with='and') }}
),

-- The hash of a key includes its rule, so the key alone is enough to join on.
gi_keys as (
    select
        blocking_keys.rule_bit,
        blocking_keys.blocking_key,
        blocking_keys.store_number,
        key_sizes.evidence
    from blocking_keys
    inner join key_sizes on blocking_keys.blocking_key = key_sizes.blocking_key
    where blocking_keys.is_gi
        {{ where_in_scope('blocking_keys', 'stg_scope_pairs', {'store_number': 'gi_store_number'}, begins_with='and') }}
),

th_keys as (
    select
        blocking_key,
        store_number
    from blocking_keys
    where not is_gi
        {{ where_in_scope('blocking_keys', 'stg_scope_pairs', {'store_number': 'th_store_number'}, begins_with='and') }}
),

proposed_pairs as (
    select
        gi_keys.store_number as gi_store_number,
        th_keys.store_number as th_store_number,
        {{ bit_or_aggregate('gi_keys.rule_bit') }} as rule_bits
    from gi_keys
    inner join th_keys on gi_keys.blocking_key = th_keys.blocking_key
    group by gi_keys.store_number, th_keys.store_number
    -- A key's evidence is 1 or 2, and a pair needs 2 in all.
    having max(gi_keys.evidence) = 2 or count(*) > 1
),

with_distance as (
    select
        proposed_pairs.gi_store_number,
        proposed_pairs.th_store_number,
        proposed_pairs.rule_bits,
        case
            when not {{ shares_a_bit('proposed_pairs.rule_bits', blocking_rules_at_any_distance()) }}
                and gi.latitude_micro is not null and th.latitude_micro is not null then
                {{ distance_metres(
                    'gi.latitude_micro', 'gi.longitude_micro', 'th.latitude_micro', 'th.longitude_micro'
                ) }}
        end as distance_metres
    from proposed_pairs
    inner join stores as gi on proposed_pairs.gi_store_number = gi.store_number
    inner join stores as th on proposed_pairs.th_store_number = th.store_number
),

-- A shared name says nothing of two stores that are known to stand in different towns.
blocked_pairs as (
    select
        gi_store_number,
        th_store_number,
        rule_bits
    from with_distance
    where coalesce(distance_metres, 0) <= {{ farthest_by_name() }}
        {{ where_in_scope('with_distance', 'stg_scope_pairs', pair_columns(), begins_with='and') }}
),

-- A pair that a steward made is scored, whatever blocking says of it.
forced_pairs as (
    select
        labelled_pairs.gi_store_number,
        labelled_pairs.th_store_number,
        cast({{ steward_bit() }} as smallint) as rule_bits
    from labelled_pairs
    left join blocked_pairs
        on labelled_pairs.gi_store_number = blocked_pairs.gi_store_number
        and labelled_pairs.th_store_number = blocked_pairs.th_store_number
    where blocked_pairs.gi_store_number is null
),

stg_candidate_pairs as (
    select
        gi_store_number,
        th_store_number,
        rule_bits
    from blocked_pairs
    union all
    select
        gi_store_number,
        th_store_number,
        rule_bits
    from forced_pairs
)

select * from stg_candidate_pairs
