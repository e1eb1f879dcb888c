with

candidate_pairs as (
    select
        gi_store_number,
        th_store_number,
        rule_bits
    from {{ ref('stg_candidate_pairs') }}
),

assigned_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ ref('stg_assigned_pairs') }}
),

key_sizes as (
    select
        rule_bit,
        pairs_with_copies as pairs,
        {{ block_within_cap('rule_bit', 'gi_stores', 'th_stores') }} as is_within_cap,
        {{ block_evidence('rule_bit', 'gi_stores', 'th_stores') }} as evidence
    from {{ ref('stg_blocking_key_sizes') }}
),

rules as (
    {%- for rule in blocking_rules() %}
    select
        '{{ rule.name }}' as rule_name,
        '{{ rule.finds | replace("'", "''") }}' as finds,
        {{ rule.bit }} as rule_bit,
        {{ rule.cap }} as largest_block,
        {{ rule.cap_alone }} as largest_block_alone
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

keys_of_rules as (
    select
        rule_bit,
        count(*) as shared_keys,
        sum(case when is_within_cap then 0 else 1 end) as capped_keys,
        sum(case when evidence = 1 then 1 else 0 end) as keys_needing_a_second,
        sum(case when is_within_cap then pairs else 0 end) as pairs_with_repeats
    from key_sizes
    group by rule_bit
),

-- Rule by rule over all pairs would read them a dozen times; their combinations of rules are few.
proposed_combinations as (
    select
        rule_bits,
        count(*) as pairs
    from candidate_pairs
    group by rule_bits
),

assigned_combinations as (
    select
        candidate_pairs.rule_bits,
        count(*) as pairs
    from candidate_pairs
    inner join assigned_pairs
        on candidate_pairs.gi_store_number = assigned_pairs.gi_store_number
        and candidate_pairs.th_store_number = assigned_pairs.th_store_number
    group by candidate_pairs.rule_bits
),

pairs_of_rules as (
    select
        rules.rule_bit,
        sum(proposed_combinations.pairs) as proposed_pairs,
        sum(case when proposed_combinations.rule_bits = rules.rule_bit then proposed_combinations.pairs else 0 end)
            as only_proposed_pairs,
        sum(assigned_combinations.pairs) as assigned_pairs,
        sum(case when proposed_combinations.rule_bits = rules.rule_bit then assigned_combinations.pairs end)
            as only_assigned_pairs
    from rules
    inner join proposed_combinations on {{ shares_a_bit('rules.rule_bit', 'proposed_combinations.rule_bits') }}
    left join assigned_combinations on proposed_combinations.rule_bits = assigned_combinations.rule_bits
    group by rules.rule_bit
),

assigned_total as (
    select count(*) as pairs
    from assigned_pairs
),

blocking_rule_yield as (
    select
        cast(rules.rule_name as varchar) as rule_name,
        cast(rules.finds as varchar) as finds,
        cast(rules.rule_bit as integer) as rule_bit,
        cast(rules.largest_block as integer) as largest_block,
        cast(rules.largest_block_alone as integer) as largest_block_alone,
        cast(coalesce(keys_of_rules.shared_keys, 0) as bigint) as shared_keys,
        cast(coalesce(keys_of_rules.capped_keys, 0) as bigint) as capped_keys,
        cast(coalesce(keys_of_rules.keys_needing_a_second, 0) as bigint) as keys_needing_a_second,
        cast(coalesce(keys_of_rules.pairs_with_repeats, 0) as bigint) as pairs_with_repeats,
        cast(coalesce(pairs_of_rules.proposed_pairs, 0) as bigint) as proposed_pairs,
        cast(coalesce(pairs_of_rules.only_proposed_pairs, 0) as bigint) as only_proposed_pairs,
        cast(coalesce(pairs_of_rules.assigned_pairs, 0) as bigint) as assigned_pairs,
        cast(coalesce(pairs_of_rules.only_assigned_pairs, 0) as bigint) as only_assigned_pairs,
        cast(coalesce(pairs_of_rules.assigned_pairs, 0) as double) / nullif(assigned_total.pairs, 0)
            as share_of_assigned
    from rules
    cross join assigned_total
    left join keys_of_rules on rules.rule_bit = keys_of_rules.rule_bit
    left join pairs_of_rules on rules.rule_bit = pairs_of_rules.rule_bit
)

select * from blocking_rule_yield
