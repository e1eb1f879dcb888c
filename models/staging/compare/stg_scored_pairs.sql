{{ config(materialized='view') }}

with

pair_points as (
    select * from {{ ref('stg_pair_points') }}
),

pair_scores as (
    select
        gi_store_number,
        th_store_number,
        total_points,
        match_score,
        logic_version
    from {{ ref('stg_pair_scores') }}
),

stores as (
    select
        store_number,
        store_key
    from {{ ref('stg_stores') }}
),

stg_scored_pairs as (
    select
        gi_stores.store_key as gi_store_key,
        th_stores.store_key as th_store_key,
        {%- for comparison in comparisons() %}
        pair_points.level_{{ comparison.name }},
        {%- endfor %}
        {%- for comparison in comparisons() %}
        pair_points.points_{{ comparison.name }},
        {%- endfor %}
        pair_points.points_base,
        pair_scores.total_points,
        pair_scores.match_score,
        pair_scores.logic_version
    from pair_points
    inner join pair_scores
        on pair_points.gi_store_number = pair_scores.gi_store_number
        and pair_points.th_store_number = pair_scores.th_store_number
    inner join stores as gi_stores on pair_points.gi_store_number = gi_stores.store_number
    inner join stores as th_stores on pair_points.th_store_number = th_stores.store_number
)

select * from stg_scored_pairs
