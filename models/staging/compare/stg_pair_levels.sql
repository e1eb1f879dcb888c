{{ config(materialized='view') }}

with

pair_measures as (
    select * from {{ ref('stg_pair_measures') }}
),

stg_pair_levels as (
    {{ pair_levels('pair_measures') }}
)

select * from stg_pair_levels
