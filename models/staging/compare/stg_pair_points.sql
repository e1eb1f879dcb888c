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
    {{ pair_points('pair_levels', 'match_scorecard') }}
)

select * from stg_pair_points
