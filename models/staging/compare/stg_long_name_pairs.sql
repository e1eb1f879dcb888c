with

candidate_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ ref('stg_candidate_pairs') }} as candidate_pairs
    {{ where_in_scope('candidate_pairs', 'stg_scope_pairs', pair_columns()) }}
),

stores as (
    select
        store_number,
        name_key
    from {{ ref('stg_stores') }}
),

name_profiles as (
    select
        name_key,
        token_count
    from {{ ref('stg_name_profiles') }}
),

name_tokens as (
    select
        name_key,
        token_number,
        stem_number,
        token_weight
    from {{ ref('stg_name_tokens') }}
),

stg_long_name_pairs as (
    {{ long_name_pairs('candidate_pairs', 'stores', 'name_profiles', 'name_tokens') }}
)

select * from stg_long_name_pairs
