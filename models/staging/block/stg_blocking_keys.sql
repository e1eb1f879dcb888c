with

all_stores as (
    select * from {{ ref('stg_stores') }}
),

store_duplicates as (
    select
        store_number,
        representative_store_number
    from {{ ref('stg_store_duplicates') }}
),

name_tokens as (
    select
        name_key,
        token,
        rarity_rank
    from {{ ref('stg_name_tokens') }}
    where rarity_rank <= 3
),

crowded_representatives as (
    select representative_store_number
    from store_duplicates
    group by representative_store_number
    having count(*) > {{ var('compared_duplicates') }}
),

-- A record that a source holds dozens of times is compared through its representative: copies by copies of the
-- other source would be a square.
stores as (
    select all_stores.*
    from all_stores
    left join store_duplicates on all_stores.store_number = store_duplicates.store_number
    left join crowded_representatives
        on store_duplicates.representative_store_number = crowded_representatives.representative_store_number
    where crowded_representatives.representative_store_number is null
        {{ where_in_scope('all_stores', 'stg_scope_compared_stores', ['store_number'], begins_with='and') }}
),

stg_blocking_keys as (
    {{ blocking_keys('stores', 'name_tokens') }}
)

select * from stg_blocking_keys
