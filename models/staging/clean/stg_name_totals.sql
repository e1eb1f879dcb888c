with

name_tokens as (
    select
        name_key,
        token_weight
    from {{ ref('stg_name_tokens') }}
),

stg_name_totals as (
    select
        name_key,
        cast(sum(token_weight) as integer) as total_weight,
        cast(max(token_weight) as integer) as rarest_weight,
        cast(count(*) as integer) as token_count
    from name_tokens
    group by name_key
)

select * from stg_name_totals
