with

name_words as (
    select
        name_key,
        token
    from {{ ref('stg_name_words') }}
),

cleaned_fields as (
    select name_key
    from {{ ref('stg_cleaned_fields') }}
    where {{ counts_are_due() | lower }}
),

stores_of_names as (
    select
        name_key,
        count(*) as store_count
    from cleaned_fields
    group by name_key
),

store_total as (
    select sum(store_count) as stores
    from stores_of_names
),

token_counts as (
    select
        name_words.token,
        sum(stores_of_names.store_count) as stores
    from name_words
    inner join stores_of_names on name_words.name_key = stores_of_names.name_key
    group by name_words.token
),

stg_token_weights as (
    select
        token_counts.token,
        cast(token_counts.stores as bigint) as store_count,
        cast({{ token_weight('token_counts.stores', 'store_total.stores') }} as integer) as token_weight
    from token_counts
    cross join store_total
)

select * from stg_token_weights
