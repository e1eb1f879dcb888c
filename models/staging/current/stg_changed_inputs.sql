{#- Rows of a store are equal when all that its source gives is. -#}
{%- set given_columns = [
    'store_name', 'address', 'postcode', 'city', 'region', 'country_code', 'latitude', 'longitude', 'phone', 'website',
    'category', 'updated_at'
] -%}

with

gi_stores as (
    select * from {{ source('raw', 'gi_stores') }}
),

th_stores as (
    select * from {{ source('raw', 'th_stores') }}
),

previous_gi_stores as (
    select * from {{ source('previous', 'gi_stores') }}
),

previous_th_stores as (
    select * from {{ source('previous', 'th_stores') }}
),

{% for side in ['gi', 'th'] -%}
-- Apart from the rows, so that the engine need not keep all their columns to read them again.
{{ side }}_batches as (
    select
        store_id,
        batch_id
    from {{ source('raw', side ~ '_stores') }}
),

previous_{{ side }}_batches as (
    select distinct batch_id from {{ source('previous', side ~ '_stores') }}
),

-- Landing tables only ever grow by batches: a store that no new batch names is as it was.
touched_{{ side }}_stores as (
    select distinct {{ side }}_batches.store_id
    from {{ side }}_batches
    left join previous_{{ side }}_batches on {{ side }}_batches.batch_id = previous_{{ side }}_batches.batch_id
    where previous_{{ side }}_batches.batch_id is null
),

{{ side }}_rows_now as (
    select {{ side }}_stores.*
    from {{ side }}_stores
    inner join touched_{{ side }}_stores on {{ side }}_stores.store_id = touched_{{ side }}_stores.store_id
),

{{ side }}_rows_before as (
    select previous_{{ side }}_stores.*
    from previous_{{ side }}_stores
    inner join touched_{{ side }}_stores
        on previous_{{ side }}_stores.store_id = touched_{{ side }}_stores.store_id
),

{% endfor -%}
rows_now as (
    {{ current_rows('GI', 'gi_rows_now') }}
    union all
    {{ current_rows('TH', 'th_rows_now') }}
),

rows_before as (
    {{ current_rows('GI', 'gi_rows_before') }}
    union all
    {{ current_rows('TH', 'th_rows_before') }}
),

-- A deleted row is no current row, on either side.
live_before as (
    select * from rows_before
    where not coalesce(is_deleted, false)
),

compared as (
    select
        rows_now.store_key,
        rows_now.source_system,
        case
            when live_before.store_key is null and coalesce(rows_now.is_deleted, false) then null
            when live_before.store_key is null then 'new'
            when coalesce(rows_now.is_deleted, false) then 'deleted'
            when
                {%- for column in given_columns %}
                {{ 'or ' if not loop.first }}(rows_now.{{ column }} is distinct from live_before.{{ column }})
                {%- endfor %}
                then 'changed'
        end as change
    from rows_now
    left join live_before on rows_now.store_key = live_before.store_key
),

stg_changed_inputs as (
    select
        store_key,
        source_system,
        change
    from compared
    where change is not null
)

select * from stg_changed_inputs
