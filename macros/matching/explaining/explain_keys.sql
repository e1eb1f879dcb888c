{# A select of the blocking keys that two stores have: one row per key. Columns: rule_name, key_text, gi_has_key,
   th_has_key, gi_stores, th_stores (stores with the key in each source, null for a key of one source only),
   is_compared (whether both have the key and its block is within the cap, so that the key proposes the pair),
   metres_apart (how far apart the points are, at most 99,999, where that alone keeps the pair from being compared, else
   null), evidence (what the key says for the pair: 2 enough, 1 needs a second key, 0 nothing or above the cap).
   gi_store_key: 'GI:…'; th_store_key: 'TH:…'. #}
{% macro explain_keys(gi_store_key, th_store_key) -%}
{%- do check_store_key(gi_store_key, 'GI') -%}
{%- do check_store_key(th_store_key, 'TH') -%}
with

{{ pair_to_explain(gi_store_key, th_store_key) }},

name_tokens as (
    select
        tokens.name_key,
        tokens.token,
        tokens.rarity_rank
    from {{ ref('stg_name_tokens') }} as tokens
    inner join names_to_explain on tokens.name_key = names_to_explain.name_key
    where tokens.rarity_rank <= 3
),

readable_keys as (
    {{ blocking_keys('stores_to_explain', 'name_tokens', is_readable=true) }}
),

keys_of_pair as (
    select
        rule_bit,
        blocking_key,
        min(key_text) as key_text,
        max(case when is_gi then 1 else 0 end) = 1 as gi_has_key,
        max(case when is_gi then 0 else 1 end) = 1 as th_has_key
    from readable_keys
    group by rule_bit, blocking_key
),

sized_keys as (
    select
        keys_of_pair.*,
        key_sizes.gi_stores,
        key_sizes.th_stores,
        case
            when keys_of_pair.gi_has_key and keys_of_pair.th_has_key
                then {{ block_evidence('keys_of_pair.rule_bit', 'key_sizes.gi_stores', 'key_sizes.th_stores') }}
            else 0
        end as evidence
    from keys_of_pair
    left join {{ ref('stg_blocking_key_sizes') }} as key_sizes
        on keys_of_pair.rule_bit = key_sizes.rule_bit
        and keys_of_pair.blocking_key = key_sizes.blocking_key
),

distances as (
    select
        case when gi.latitude_micro is not null and th.latitude_micro is not null then
            {{ distance_metres('gi.latitude_micro', 'gi.longitude_micro', 'th.latitude_micro', 'th.longitude_micro') }}
        end as distance_metres
    from pair_to_explain
    inner join stores_to_explain as gi on pair_to_explain.gi_store_number = gi.store_number
    inner join stores_to_explain as th on pair_to_explain.th_store_number = th.store_number
),

far_pairs as (
    select max(distances.distance_metres) as metres_apart
    from distances
    cross join (
        select
            coalesce(sum(evidence), 0) as evidence,
            coalesce(max(case
                when {{ shares_a_bit('rule_bit', blocking_rules_at_any_distance()) }} then evidence
                else 0
            end), 0) as evidence_at_any_distance
        from sized_keys
    ) as together
    where distances.distance_metres > {{ farthest_by_name() }}
        and together.evidence >= 2
        and together.evidence_at_any_distance = 0
)

select
    case sized_keys.rule_bit
        {%- for rule in blocking_rules() %}
        when {{ rule.bit }} then '{{ rule.name }}'
        {%- endfor %}
    end as rule_name,
    sized_keys.key_text,
    sized_keys.gi_has_key,
    sized_keys.th_has_key,
    sized_keys.gi_stores,
    sized_keys.th_stores,
    -- A key of a middling block counts only beside a second one.
    sized_keys.evidence > 0
        and sum(sized_keys.evidence) over () >= 2
        and far_pairs.metres_apart is null as is_compared,
    far_pairs.metres_apart,
    sized_keys.evidence
from sized_keys
cross join far_pairs
order by sized_keys.rule_bit, sized_keys.key_text
{%- endmacro %}
