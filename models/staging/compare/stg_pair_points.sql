{{ config(materialized='view') }}

with

pair_levels as (
    select * from {{ ref('stg_pair_levels') }}
),

match_scorecard as (
    select
        comparison,
        level,
        points
    from {{ ref('match_scorecard') }}
),

stg_pair_points as (
    select
        pair_levels.*,
        {%- for comparison in comparisons() %}
        {{ comparison.name }}_card.points as points_{{ comparison.name }},
        {%- endfor %}
        base_card.points as points_base
    from pair_levels
    {%- for comparison in comparisons() %}
    left join match_scorecard as {{ comparison.name }}_card
        on {{ comparison.name }}_card.comparison = '{{ comparison.name }}'
        and pair_levels.level_{{ comparison.name }} = {{ comparison.name }}_card.level
    {%- endfor %}
    left join match_scorecard as base_card
        on base_card.comparison = 'base'
)

select * from stg_pair_points
