{{ config(materialized='view') }}

with

pair_scores as (
    select * from {{ ref('stg_pair_scores') }}
),

stg_pair_levels as (
    {{ pair_levels('pair_scores') }}
)

select * from stg_pair_levels
