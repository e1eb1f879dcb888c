with

golden_stores as (
    select * from {{ ref('gold_stores') }}
),

mart_stores as (
    select
        gold_store_id,
        match_status,
        gi_store_id,
        th_store_id,
        match_score,
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
        category,
        store_name_source,
        address_source,
        postcode_source,
        city_source,
        region_source,
        country_code_source,
        latitude_source as point_source,
        phone_source,
        website_source,
        category_source
    from golden_stores
)

select * from mart_stores
