-- How many known true pairs each blocking rule proposes, alone, and as the rules are read one after the other: what a
-- rule adds to those before it. True pairs: the assigned pairs with a score of 95 and more, or a relation of your own
-- (true_pairs: columns gi_store_key, th_store_key). The last row is what no rule proposes.
-- dbt show --select blocking_recall --limit 50 --vars '{true_pairs: evaluation.truth}'
{%- set true_pairs = var('true_pairs', '') %}

with

{%- if true_pairs %}

stores as (
    select
        store_number,
        store_key
    from {{ ref('stg_current_stores') }}
),
{%- endif %}

true_pairs as (
    {%- if true_pairs %}
    select distinct
        gi_stores.store_number as gi_store_number,
        th_stores.store_number as th_store_number
    from {{ true_pairs }} as given_pairs
    inner join stores as gi_stores on given_pairs.gi_store_key = gi_stores.store_key
    inner join stores as th_stores on given_pairs.th_store_key = th_stores.store_key
    {%- else %}
    select
        gi_store_number,
        th_store_number
    from {{ ref('stg_assigned_pairs') }}
    where match_score >= 95
    {%- endif %}
),

with_rules as (
    select coalesce(candidate_pairs.rule_bits, 0) as rule_bits
    from true_pairs
    left join {{ ref('stg_candidate_pairs') }} as candidate_pairs
        on true_pairs.gi_store_number = candidate_pairs.gi_store_number
        and true_pairs.th_store_number = candidate_pairs.th_store_number
),

total as (
    select count(*) as pairs
    from with_rules
),

found as (
    {%- set ns = namespace(earlier_bits=0) %}
    {%- for rule in blocking_rules() %}
    select
        {{ loop.index }} as rule_number,
        '{{ rule.name }}' as rule_name,
        count(*) as true_pairs_found,
        coalesce(sum(case when rule_bits = {{ rule.bit }} then 1 else 0 end), 0) as found_by_no_other,
        coalesce(sum(case when {{ shares_a_bit('rule_bits', ns.earlier_bits) }} then 0 else 1 end), 0)
            as added_to_those_before
    from with_rules
    where {{ shares_a_bit('rule_bits', rule.bit) }}
    union all
    {%- set ns.earlier_bits = ns.earlier_bits + rule.bit %}
    {%- endfor %}
    select
        {{ blocking_rules() | length + 1 }} as rule_number,
        'no rule' as rule_name,
        count(*) as true_pairs_found,
        count(*) as found_by_no_other,
        count(*) as added_to_those_before
    from with_rules
    where rule_bits = 0
)

select
    found.rule_name,
    found.true_pairs_found,
    found.found_by_no_other,
    found.added_to_those_before,
    total.pairs as true_pairs,
    round(100.0 * found.true_pairs_found / nullif(total.pairs, 0), 2) as found_percent,
    round(
        100.0 * sum(found.added_to_those_before) over (
            order by found.rule_number rows between unbounded preceding and current row
        ) / nullif(total.pairs, 0), 2
    ) as found_so_far_percent
from found
cross join total
order by found.rule_number
