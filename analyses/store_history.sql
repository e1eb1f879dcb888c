-- Every landed row of one store, the newest first, which of them counts, and where the store is today:
-- dbt show --select store_history --limit 100 --output json --vars '{store_key: "TH:…"}'
{%- set store_key = var('store_key', '') %}

with

landed_rows as (
    {%- for side in ['gi', 'th'] %}
    select
        '{{ side | upper }}:' || store_id as store_key,
        batch_window_start,
        updated_at,
        batch_id,
        loaded_at,
        coalesce(is_deleted, false) as is_deleted,
        store_name,
        address,
        postcode,
        city,
        region,
        country_code,
        latitude,
        longitude,
        phone,
        website,
        category
    from {{ source('raw', side ~ '_stores') }}
    where '{{ side | upper }}:' || store_id = '{{ store_key | replace("'", "''") }}'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

ranked_rows as (
    select
        *,
        row_number() over (
            order by batch_window_start desc, updated_at desc nulls last, batch_id desc
        ) as row_from_newest
    from landed_rows
)

select
    ranked_rows.row_from_newest,
    case
        when ranked_rows.row_from_newest > 1 then 'superseded'
        when ranked_rows.is_deleted then 'deleted'
        else 'current'
    end as row_status,
    -- A row that was loaded after a newer one: a late or recovered batch.
    ranked_rows.loaded_at > min(ranked_rows.loaded_at) over (
        order by ranked_rows.row_from_newest rows between unbounded preceding and 1 preceding
    ) as came_late,
    ranked_rows.store_key,
    ranked_rows.batch_window_start,
    ranked_rows.updated_at,
    ranked_rows.batch_id,
    ranked_rows.loaded_at,
    ranked_rows.store_name,
    ranked_rows.address,
    ranked_rows.postcode,
    ranked_rows.city,
    ranked_rows.region,
    ranked_rows.country_code,
    ranked_rows.latitude,
    ranked_rows.longitude,
    ranked_rows.phone,
    ranked_rows.website,
    ranked_rows.category,
    crosswalk.gold_store_id,
    crosswalk.store_role,
    crosswalk.match_status
from ranked_rows
left join {{ ref('gold_store_crosswalk') }} as crosswalk on ranked_rows.store_key = crosswalk.store_key
order by ranked_rows.row_from_newest
