{# A select that takes the points of one pair apart, whether a blocking rule proposed it or not: the stores are
   compared anew by the macros that compare all pairs. One row per comparison, in the order of comparisons(), after
   a row for the base; running_points of the last row are the pair's total points.
   Columns: step, comparison, looks_at, gi_value, th_value, measured, level, level_in_words, points, running_points.
   No row where a store does not exist. gi_store_key: 'GI:…'; th_store_key: 'TH:…'. #}
{% macro explain_pair(gi_store_key, th_store_key) -%}
{%- do check_store_key(gi_store_key, 'GI') -%}
{%- do check_store_key(th_store_key, 'TH') -%}
with

{{ pair_to_explain(gi_store_key, th_store_key) }},

explained_long_names as (
    {{ long_name_pairs('pair_to_explain', 'stores_to_explain', ref('stg_name_profiles'), ref('stg_name_tokens')) }}
),

explained_measures as (
    {{ pair_measures('pair_to_explain', 'stores_to_explain', ref('stg_name_profiles'), 'explained_long_names') }}
),

explained_levels as (
    {{ pair_levels('explained_measures') }}
),

explained_points as (
    {{ pair_points('explained_levels', ref('match_scorecard')) }}
),

steps as (
    select
        0 as step,
        'base' as comparison,
        'what every pair begins with' as looks_at,
        cast(null as varchar) as gi_value,
        cast(null as varchar) as th_value,
        cast(null as varchar) as measured,
        cast(null as integer) as level,
        cast(null as varchar) as level_in_words,
        points_base as points
    from explained_points
    {%- for comparison in comparisons() %}
    union all
    select
        {{ loop.index }} as step,
        '{{ comparison.name }}' as comparison,
        '{{ comparison.looks_at | replace("'", "''") }}' as looks_at,
        {{ value_of_fields('gi', compared_fields(comparison)) }} as gi_value,
        {{ value_of_fields('th', compared_fields(comparison)) }} as th_value,
        {{ measured_in_words(comparison) }} as measured,
        explained_points.level_{{ comparison.name }} as level,
        {{ level_in_words(comparison, 'explained_points.level_' ~ comparison.name) }} as level_in_words,
        explained_points.points_{{ comparison.name }} as points
    from explained_points
    cross join explained_measures
    cross join gi_to_explain as gi
    cross join th_to_explain as th
    {%- endfor %}
)

select
    *,
    sum(points) over (order by step rows between unbounded preceding and current row) as running_points
from steps
order by step
{%- endmacro %}

{# The CTEs that explain_pair and explain_keys begin with: stores_to_explain (the two stores as cleaned),
   names_to_explain (the keys of their names), gi_to_explain and th_to_explain (as their source wrote them), pair_to_explain (their numbers). #}
{% macro pair_to_explain(gi_store_key, th_store_key) -%}
stores_to_explain as (
    select *
    from {{ ref('stg_stores') }}
    where store_key in ('{{ gi_store_key | replace("'", "''") }}', '{{ th_store_key | replace("'", "''") }}')
),

names_to_explain as (
    select distinct name_key
    from stores_to_explain
),

{%- for side, store_key in [('gi', gi_store_key), ('th', th_store_key)] %}

{{ side }}_to_explain as (
    select
        store_number,
        store_name as name,
        address,
        postcode,
        city,
        cast(round(latitude, 6) as varchar) || ', ' || cast(round(longitude, 6) as varchar) as point,
        phone,
        website,
        category
    from {{ ref('stg_current_stores') }}
    where store_key = '{{ store_key | replace("'", "''") }}'
),
{%- endfor %}

pair_to_explain as (
    select
        gi_to_explain.store_number as gi_store_number,
        th_to_explain.store_number as th_store_number,
        0 as rule_bits
    from gi_to_explain
    cross join th_to_explain
)
{%- endmacro %}

{# SQL text of what a side has in some fields, blanks around ' | ' between several; null where all are missing. #}
{% macro value_of_fields(side, fields) -%}
    {%- if fields | length == 1 -%}
        {{ side }}.{{ fields[0] }}
    {%- else -%}
        coalesce({{ side }}.{{ fields | join(", '-') || ' | ' || coalesce(" ~ side ~ ".") }}, '-')
    {%- endif -%}
{%- endmacro %}

{# SQL text of what was measured for a comparison, with its unit; null where its level is not cut from a measure. #}
{% macro measured_in_words(comparison) -%}
    {%- if comparison.measure is defined -%}
        cast(explained_measures.{{ comparison.measure }} as varchar) || ' {{ comparison.unit | replace("'", "''") }}'
    {%- else -%}
        cast(null as varchar)
    {%- endif -%}
{%- endmacro %}

{# Refuses a store key that is not one of the source; an empty one is allowed, so that analyses compile. #}
{% macro check_store_key(store_key, source_system) -%}
    {%- if store_key and not (store_key | string).startswith(source_system ~ ':') -%}
        {{ exceptions.raise_compiler_error(
            "the key of a " ~ source_system ~ " store is '" ~ source_system ~ ":' and its identifier, got '" ~ store_key ~ "'"
        ) }}
    {%- endif -%}
{%- endmacro %}
