{# A select of the blocking keys that two stores have: one row per key. Columns: rule_name, key_text, gi_has_key,
   th_has_key, gi_stores, th_stores (stores with the key in each source, null for a key of one source only),
   is_compared (whether both have the key and its block is within the cap, so that the key proposes the pair).
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
)

select
    case keys_of_pair.rule_bit
        {%- for rule in blocking_rules() %}
        when {{ rule.bit }} then '{{ rule.name }}'
        {%- endfor %}
    end as rule_name,
    keys_of_pair.key_text,
    keys_of_pair.gi_has_key,
    keys_of_pair.th_has_key,
    key_sizes.gi_stores,
    key_sizes.th_stores,
    -- A key of a middling block counts only beside a second one.
    keys_of_pair.gi_has_key and keys_of_pair.th_has_key
        and {{ block_within_cap('keys_of_pair.rule_bit', 'key_sizes.gi_stores', 'key_sizes.th_stores') }}
        and sum(case
            when keys_of_pair.gi_has_key and keys_of_pair.th_has_key
                then {{ block_evidence('keys_of_pair.rule_bit', 'key_sizes.gi_stores', 'key_sizes.th_stores') }}
            else 0
        end) over () >= 2 as is_compared
from keys_of_pair
left join {{ ref('stg_blocking_key_sizes') }} as key_sizes
    on keys_of_pair.rule_bit = key_sizes.rule_bit
    and keys_of_pair.blocking_key = key_sizes.blocking_key
order by keys_of_pair.rule_bit, keys_of_pair.key_text
{%- endmacro %}
