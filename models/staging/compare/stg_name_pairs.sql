with

candidate_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ ref('stg_candidate_pairs') }}
),

stores as (
    select
        store_number,
        name_key
    from {{ ref('stg_stores') }}
),

name_tokens as (
    select
        name_key,
        token,
        token_weight,
        {{ token_stem('token') }} as token_stem
    from {{ ref('stg_name_tokens') }}
),

names as (
    select
        name_key,
        name_symbols
    from {{ ref('stg_names') }}
),

stg_name_pairs as (
    {{ name_pair_measures('candidate_pairs', 'stores', 'name_tokens', 'names') }}
)

select * from stg_name_pairs
