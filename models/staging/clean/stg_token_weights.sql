with

name_words as (
    select
        name_key,
        token
    from {{ ref('stg_name_words') }}
),

names as (
    select
        name_key,
        store_count
    from {{ ref('stg_names') }}
),

store_total as (
    select sum(store_count) as stores
    from names
),

token_counts as (
    select
        name_words.token,
        sum(names.store_count) as stores
    from name_words
    inner join names on name_words.name_key = names.name_key
    group by name_words.token
),

stg_token_weights as (
    select
        token_counts.token,
        -- Whole numbers compare faster than texts. They are those of one build.
        cast(row_number() over (order by token_counts.token) as integer) as token_number,
        cast(dense_rank() over (order by {{ token_stem('token_counts.token') }}) as integer) as stem_number,
        cast(token_counts.stores as bigint) as store_count,
        cast({{ token_weight('token_counts.stores', 'store_total.stores') }} as integer) as token_weight
    from token_counts
    cross join store_total
)

select * from stg_token_weights
