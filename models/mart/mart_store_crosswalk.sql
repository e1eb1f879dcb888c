with

store_crosswalk as (
    select * from {{ ref('gold_store_crosswalk') }}
),

mart_store_crosswalk as (
    select
        source_system,
        source_store_id,
        gold_store_id,
        store_role,
        match_status
    from store_crosswalk
)

select * from mart_store_crosswalk
