-- Every store whose newest landed row is not a deletion is a current store, and no other is: counting RAW without the
-- superseded and the deleted rows gives STAGING. Newest: highest (batch_window_start, updated_at), then batch_id.
with

landed_rows as (
    {%- for side in ['gi', 'th'] %}
    select
        '{{ side | upper }}:' || store_id as store_key,
        batch_window_start,
        coalesce(updated_at, cast('0001-01-01' as timestamp)) as updated_at,
        batch_id,
        coalesce(is_deleted, false) as is_deleted
    from {{ source('raw', side ~ '_stores') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

latest_windows as (
    select
        store_key,
        max(batch_window_start) as batch_window_start
    from landed_rows
    group by store_key
),

latest_updates as (
    select
        landed_rows.store_key,
        landed_rows.batch_window_start,
        max(landed_rows.updated_at) as updated_at
    from landed_rows
    inner join latest_windows
        on landed_rows.store_key = latest_windows.store_key
        and landed_rows.batch_window_start = latest_windows.batch_window_start
    group by landed_rows.store_key, landed_rows.batch_window_start
),

latest_batches as (
    select
        landed_rows.store_key,
        landed_rows.batch_window_start,
        landed_rows.updated_at,
        max(landed_rows.batch_id) as batch_id
    from landed_rows
    inner join latest_updates
        on landed_rows.store_key = latest_updates.store_key
        and landed_rows.batch_window_start = latest_updates.batch_window_start
        and landed_rows.updated_at = latest_updates.updated_at
    group by landed_rows.store_key, landed_rows.batch_window_start, landed_rows.updated_at
),

live_stores as (
    select landed_rows.store_key
    from landed_rows
    inner join latest_batches
        on landed_rows.store_key = latest_batches.store_key
        and landed_rows.batch_window_start = latest_batches.batch_window_start
        and landed_rows.updated_at = latest_batches.updated_at
        and landed_rows.batch_id = latest_batches.batch_id
    where not landed_rows.is_deleted
),

current_stores as (
    select store_key
    from {{ ref('stg_current_stores') }}
)

select
    coalesce(live_stores.store_key, current_stores.store_key) as store_key,
    case
        when current_stores.store_key is null then 'live in RAW, not current'
        else 'current, not live in RAW'
    end as problem
from live_stores
full outer join current_stores on live_stores.store_key = current_stores.store_key
where live_stores.store_key is null or current_stores.store_key is null
