{# How many of a name's rarest tokens stand side by side in stg_name_profiles, where comparing whole numbers costs half of
   what joining rows does. Six hold all tokens of 99 names in 100; the others are joined, see long_name_pairs. #}
{% macro tokens_side_by_side() -%}
    {{ return(6) }}
{%- endmacro %}

{# A select of the token weight that two names share, for the pairs in which a name has more tokens than stand side
   by side: one row per pair of names that share a token or its first four characters. Columns: gi_name_key,
   th_name_key, shared_weight, shared_stem_weight, rarest_shared_weight.
   pairs: gi_store_number, th_store_number; stores: store_number, name_key; name_profiles: name_key, token_count;
   name_tokens: name_key, token_number, stem_number, token_weight. #}
{% macro long_name_pairs(pairs, stores, name_profiles, name_tokens) -%}
with

long_names as (
    select name_key
    from {{ name_profiles }}
    where token_count > {{ tokens_side_by_side() }}
),

store_names as (
    select
        stores.store_number,
        stores.name_key,
        case when long_names.name_key is null then 0 else 1 end as is_long
    from {{ stores }} as stores
    left join long_names on stores.name_key = long_names.name_key
),

name_pairs as (
    select distinct
        gi_names.name_key as gi_name_key,
        th_names.name_key as th_name_key
    from {{ pairs }} as candidate_pairs
    inner join store_names as gi_names on candidate_pairs.gi_store_number = gi_names.store_number
    inner join store_names as th_names on candidate_pairs.th_store_number = th_names.store_number
    where gi_names.is_long + th_names.is_long > 0
)

select
    name_pairs.gi_name_key,
    name_pairs.th_name_key,
    cast(sum(case when gi_tokens.token_number = th_tokens.token_number then gi_tokens.token_weight else 0 end) as integer)
        as shared_weight,
    cast(sum(least(gi_tokens.token_weight, th_tokens.token_weight)) as integer) as shared_stem_weight,
    max(case when gi_tokens.token_number = th_tokens.token_number then gi_tokens.token_weight else 0 end)
        as rarest_shared_weight
from name_pairs
inner join {{ name_tokens }} as gi_tokens on name_pairs.gi_name_key = gi_tokens.name_key
inner join {{ name_tokens }} as th_tokens
    on name_pairs.th_name_key = th_tokens.name_key
    and gi_tokens.stem_number = th_tokens.stem_number
group by name_pairs.gi_name_key, name_pairs.th_name_key
{%- endmacro %}
