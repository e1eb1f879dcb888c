-- Every current store takes part in the assignment or follows a representative that does, never both, never neither.
with

current_stores as (
    select store_key
    from {{ ref('stg_current_stores') }}
),

placed_stores as (
    select store_key
    from {{ ref('stg_store_matches') }}
    union all
    select duplicates.store_key
    from {{ ref('stg_store_duplicates') }} as duplicates
    inner join {{ ref('stg_store_matches') }} as representatives
        on duplicates.representative_store_key = representatives.store_key
),

placed_counts as (
    select
        store_key,
        count(*) as places
    from placed_stores
    group by store_key
)

select
    coalesce(current_stores.store_key, placed_counts.store_key) as store_key,
    coalesce(placed_counts.places, 0) as places
from current_stores
full outer join placed_counts on current_stores.store_key = placed_counts.store_key
where current_stores.store_key is null or coalesce(placed_counts.places, 0) <> 1
