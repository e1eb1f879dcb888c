with

candidate_pairs as (
    select
        gi_store_number,
        th_store_number,
        rule_bits
    from {{ ref('stg_candidate_pairs') }}
),

stores as (
    select * from {{ ref('stg_stores') }}
),

name_totals as (
    select
        name_key,
        total_weight,
        rarest_weight,
        token_count
    from {{ ref('stg_name_totals') }}
),

name_pairs as (
    select * from {{ ref('stg_name_pairs') }}
),

stg_pair_measures as (
    {{ pair_measures('candidate_pairs', 'stores', 'name_totals', 'name_pairs') }}
)

select * from stg_pair_measures
