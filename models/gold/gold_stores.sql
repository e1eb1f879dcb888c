{#- Fields that stand by themselves: the record with the higher rank gives the value. -#}
{%- set single_fields = ['store_name', 'phone', 'website', 'category'] -%}
{#- Fields that describe one place together: they come from one record as far as it has them. -#}
{%- set place_fields = ['address', 'postcode', 'city', 'region', 'country_code'] -%}
{#- A point is one value in two columns. -#}
{%- set point_fields = ['latitude', 'longitude'] -%}
{%- set all_fields = ['store_name'] + place_fields + point_fields + ['phone', 'website', 'category'] -%}
{%- set ranks = single_fields + ['place', 'point'] -%}

with

golden_ids as (
    select
        gold_store_id,
        match_status,
        gi_store_key,
        th_store_key,
        total_points,
        match_score
    from {{ ref('stg_golden_ids') }} as golden_ids
    {{ where_in_scope('golden_ids', 'stg_scope_gold', ['gold_store_id'], gold_scope_is_all) }}
),

current_stores as (
    select
        store_key,
        store_id,
        store_name,
        address,
        postcode,
        city,
        region,
        country_code,
        latitude,
        longitude,
        coordinates_status,
        phone,
        website,
        category
    from {{ ref('stg_current_stores') }}
    {%- if not gold_scope_is_all() %}
    where store_key in (
        select golden_ids.gi_store_key from golden_ids
        union all
        select golden_ids.th_store_key from golden_ids
    )
    {%- endif %}
),

cleaned_stores as (
    select
        store_key,
        street_core,
        street_key,
        house_number_from,
        postcode_clean,
        postcode_area,
        city_clean,
        phone_digits,
        phone_store_count,
        website_domain
    from {{ ref('stg_stores') }}
    {%- if not gold_scope_is_all() %}
    where store_key in (select current_stores.store_key from current_stores)
    {%- endif %}
),

-- What a source says; null where cleaning found nothing in a text of the place (punctuation alone).
records as (
    select
        current_stores.store_key,
        current_stores.store_id,
        nullif(trim(current_stores.store_name), '') as store_name,
        case
            when cleaned_stores.street_key is not null or cleaned_stores.house_number_from is not null
                then trim(current_stores.address)
        end as address,
        case when cleaned_stores.postcode_clean is not null then trim(current_stores.postcode) end as postcode,
        case when cleaned_stores.city_clean is not null then trim(current_stores.city) end as city,
        nullif(trim(current_stores.region), '') as region,
        current_stores.country_code,
        current_stores.latitude,
        current_stores.longitude,
        current_stores.coordinates_status,
        nullif(trim(current_stores.phone), '') as phone,
        nullif(trim(current_stores.website), '') as website,
        nullif(trim(current_stores.category), '') as category,
        cleaned_stores.street_key,
        cleaned_stores.street_core,
        cleaned_stores.house_number_from,
        cleaned_stores.postcode_area,
        cleaned_stores.city_clean,
        cleaned_stores.phone_digits,
        cleaned_stores.phone_store_count,
        cleaned_stores.website_domain
    from current_stores
    inner join cleaned_stores on current_stores.store_key = cleaned_stores.store_key
),

-- How good each value is; 0 is none. The higher rank survives, and GI where both are equally good.
ranked_records as (
    select
        *,
        case
            when store_name is null then 0
            -- A name all in capitals or all in small letters lost its spelling; a script without case did not, and
            -- capitals alone are how short names are written (KFC).
            when upper(store_name) <> lower(store_name)
                and (store_name = lower(store_name) or store_name = upper(store_name) and length(store_name) > 4) then 1
            else 2
        end as store_name_rank,
        case when street_key is not null then 1 else 0 end
        + case when house_number_from is not null then 1 else 0 end
        + case when postcode is not null then 1 else 0 end
        + case when city is not null then 1 else 0 end
        + case when region is not null then 1 else 0 end as place_rank,
        case coordinates_status when 'given' then 2 when 'swapped' then 1 else 0 end as point_rank,
        case
            when phone is null then 0
            when phone_digits is null then 1
            -- Four stores or more: a head office's number, as in the comparison of phones.
            when phone_store_count > 3 then 2
            else 3
        end as phone_rank,
        case
            when website is null then 0
            -- A page on a host of others (a social network) or a text that names no host.
            when website_domain is null then 1
            else 2
        end as website_rank,
        case when category is null then 0 else 1 end as category_rank
    from records
),

side_by_side as (
    select
        golden_ids.gold_store_id,
        golden_ids.match_status,
        gi.store_id as gi_store_id,
        th.store_id as th_store_id,
        golden_ids.match_score,
        golden_ids.total_points,
        {%- for side in ['gi', 'th'] %}
        {%- for field in all_fields %}
        {{ side }}.{{ field }} as {{ side }}_{{ field }},
        {%- endfor %}
        {%- endfor %}
        {%- for rank in ranks %}
        case
            when coalesce(gi.{{ rank }}_rank, 0) >= greatest(coalesce(th.{{ rank }}_rank, 0), 1) then 'GI'
            when th.{{ rank }}_rank > 0 then 'TH'
        end as {{ rank }}_source,
        {%- endfor %}
        -- Whether the two places are one: the strongest part that both give decides.
        coalesce(
            gi.postcode_area = th.postcode_area,
            gi.street_core = th.street_core,
            gi.city_clean = th.city_clean,
            true
        ) as is_same_place
    from golden_ids
    left join ranked_records as gi on golden_ids.gi_store_key = gi.store_key
    left join ranked_records as th on golden_ids.th_store_key = th.store_key
),

sources as (
    select
        gold_store_id,
        match_status,
        gi_store_id,
        th_store_id,
        match_score,
        total_points,
        {%- for side in ['gi', 'th'] %}
        {%- for field in all_fields %}
        {{ side }}_{{ field }},
        {%- endfor %}
        {%- endfor %}
        {%- for field in place_fields %}
        -- A part that the surviving place lacks is taken from the other only where nothing says they differ.
        case
            when place_source = 'GI' and gi_{{ field }} is not null then 'GI'
            when place_source = 'TH' and th_{{ field }} is not null then 'TH'
            {%- if field == 'country_code' %}
            when gi_{{ field }} is not null then 'GI'
            when th_{{ field }} is not null then 'TH'
            {%- else %}
            when is_same_place and gi_{{ field }} is not null then 'GI'
            when is_same_place and th_{{ field }} is not null then 'TH'
            {%- endif %}
        end as {{ field }}_source,
        {%- endfor %}
        {%- for field in point_fields %}
        point_source as {{ field }}_source,
        {%- endfor %}
        store_name_source,
        phone_source,
        website_source,
        category_source
    from side_by_side
),

golden_records as (
    select
        cast(gold_store_id as varchar) as gold_store_id,
        cast(match_status as varchar) as match_status,
        cast(gi_store_id as varchar) as gi_store_id,
        cast(th_store_id as varchar) as th_store_id,
        cast(match_score as double) as match_score,
        cast(total_points as integer) as total_points
        {%- for field in all_fields %},
        case {{ field }}_source when 'GI' then gi_{{ field }} when 'TH' then th_{{ field }} end as {{ field }}
        {%- endfor %}
        {%- for field in all_fields %},
        cast({{ field }}_source as varchar) as {{ field }}_source
        {%- endfor %}
    from sources
),

gold_stores as (
    select
        *,
        {{ place_key('latitude', 'longitude', 'country_code', 'postcode') }} as place_key
    from golden_records
)

select * from gold_stores
