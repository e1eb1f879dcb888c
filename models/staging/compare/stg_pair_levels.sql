{{ config(materialized='view') }}

with

pair_measures as (
    select * from {{ ref('stg_pair_measures') }}
),

single_levels as (
    select
        gi_store_number,
        th_store_number,
        {%- for comparison in comparisons() if comparison.crossed is not defined %}
        cast({{ comparison_level(comparison) }} as smallint) as level_{{ comparison.name }},
        {%- endfor %}
        rule_bits,
        distance_metres
    from pair_measures
),

stg_pair_levels as (
    select
        *
        {%- for comparison in comparisons() if comparison.crossed is defined %},
        cast(100 * level_{{ comparison.crossed[0] }} + level_{{ comparison.crossed[1] }} as smallint)
            as level_{{ comparison.name }}
        {%- endfor %}
    from single_levels
)

select * from stg_pair_levels
