-- The crosswalk leads both stores of every assigned pair to one golden store.
with

assigned_pairs as (
    select
        gi_stores.store_key as gi_store_key,
        th_stores.store_key as th_store_key
    from {{ ref('stg_assigned_pairs') }} as assigned
    inner join {{ ref('stg_current_stores') }} as gi_stores on assigned.gi_store_number = gi_stores.store_number
    inner join {{ ref('stg_current_stores') }} as th_stores on assigned.th_store_number = th_stores.store_number
),

crosswalk as (
    select
        store_key,
        gold_store_id
    from {{ ref('gold_store_crosswalk') }}
)

select
    assigned_pairs.gi_store_key,
    assigned_pairs.th_store_key,
    gi_crosswalk.gold_store_id as gi_gold_store_id,
    th_crosswalk.gold_store_id as th_gold_store_id
from assigned_pairs
left join crosswalk as gi_crosswalk on assigned_pairs.gi_store_key = gi_crosswalk.store_key
left join crosswalk as th_crosswalk on assigned_pairs.th_store_key = th_crosswalk.store_key
where not coalesce(gi_crosswalk.gold_store_id = th_crosswalk.gold_store_id, false)
