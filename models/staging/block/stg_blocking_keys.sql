with

stores as (
    select * from {{ ref('stg_stores') }}
),

name_tokens as (
    select
        name_key,
        token,
        rarity_rank
    from {{ ref('stg_name_tokens') }}
    where rarity_rank <= 3
),

stg_blocking_keys as (
    {{ blocking_keys('stores', 'name_tokens') }}
)

select * from stg_blocking_keys
