{{ config(materialized='view') }}

with

candidate_pairs as (
    select
        gi_store_number,
        th_store_number,
        rule_bits
    from {{ ref('stg_candidate_pairs') }} as candidate_pairs
    {{ where_in_scope('candidate_pairs', 'stg_scope_pairs', pair_columns()) }}
),

stores as (
    select * from {{ ref('stg_stores') }}
),

name_profiles as (
    select * from {{ ref('stg_name_profiles') }}
),

long_name_pairs as (
    select * from {{ ref('stg_long_name_pairs') }}
),

stg_pair_measures as (
    {{ pair_measures('candidate_pairs', 'stores', 'name_profiles', 'long_name_pairs') }}
)

select * from stg_pair_measures
