{# A select of how alike two names are, one row per pair of different names among the pairs of stores. Columns:
   gi_name_key, th_name_key, edit_percent, is_contained, shared_weight, shared_stem_weight, rarest_shared_weight.
   pairs: gi_store_number, th_store_number; stores: store_number, name_key; name_tokens: name_key, token,
   token_weight, token_stem; names: name_key, name_symbols. #}
{% macro name_pair_measures(pairs, stores, name_tokens, names) -%}
with

-- Names of chains meet again and again: each pair of names is compared once.
name_pairs as (
    select distinct
        gi_stores.name_key as gi_name_key,
        th_stores.name_key as th_name_key
    from {{ pairs }} as candidate_pairs
    inner join {{ stores }} as gi_stores on candidate_pairs.gi_store_number = gi_stores.store_number
    inner join {{ stores }} as th_stores on candidate_pairs.th_store_number = th_stores.store_number
    where gi_stores.name_key <> th_stores.name_key
),

shared_tokens as (
    select
        name_pairs.gi_name_key,
        name_pairs.th_name_key,
        sum(case when gi_tokens.token = th_tokens.token then gi_tokens.token_weight else 0 end) as shared_weight,
        sum(least(gi_tokens.token_weight, th_tokens.token_weight)) as shared_stem_weight,
        max(case when gi_tokens.token = th_tokens.token then gi_tokens.token_weight else 0 end) as rarest_shared_weight
    from name_pairs
    inner join {{ name_tokens }} as gi_tokens on name_pairs.gi_name_key = gi_tokens.name_key
    inner join {{ name_tokens }} as th_tokens
        on name_pairs.th_name_key = th_tokens.name_key
        and gi_tokens.token_stem = th_tokens.token_stem
    group by name_pairs.gi_name_key, name_pairs.th_name_key
)

select
    name_pairs.gi_name_key,
    name_pairs.th_name_key,
    {{ edit_similarity('gi_names.name_symbols', 'th_names.name_symbols') }} as edit_percent,
    {{ contains_other('gi_names.name_symbols', 'th_names.name_symbols', 4) }} as is_contained,
    cast(coalesce(shared_tokens.shared_weight, 0) as integer) as shared_weight,
    cast(coalesce(shared_tokens.shared_stem_weight, 0) as integer) as shared_stem_weight,
    cast(coalesce(shared_tokens.rarest_shared_weight, 0) as integer) as rarest_shared_weight
from name_pairs
inner join {{ names }} as gi_names on name_pairs.gi_name_key = gi_names.name_key
inner join {{ names }} as th_names on name_pairs.th_name_key = th_names.name_key
left join shared_tokens
    on name_pairs.gi_name_key = shared_tokens.gi_name_key
    and name_pairs.th_name_key = shared_tokens.th_name_key
{%- endmacro %}
