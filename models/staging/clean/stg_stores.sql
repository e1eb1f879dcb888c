with

current_stores as (
    select
        store_number,
        store_key,
        source_system,
        country_code,
        latitude,
        longitude
    from {{ ref('stg_current_stores') }} as current_stores
    {{ where_in_scope('current_stores', 'stg_scope_stores', ['store_number']) }}
),

cleaned_fields as (
    select * from {{ ref('stg_cleaned_fields') }}
),

name_counts as (
    select
        name_symbols,
        store_count
    from {{ ref('stg_name_counts') }}
),

phone_counts as (
    select
        phone_digits,
        store_count
    from {{ ref('stg_phone_counts') }}
),

domain_counts as (
    select
        website_domain,
        store_count
    from {{ ref('stg_domain_counts') }}
),

names as (
    select
        name_key,
        name_clean,
        name_symbols,
        first_number,
        legal_form
    from {{ ref('stg_names') }}
),

name_kinds as (
    select
        name_key,
        kind_bits
    from {{ ref('stg_name_kinds') }}
),

category_kinds as (
    select
        category_text,
        kind_bits
    from {{ ref('stg_category_kinds') }}
),

streets as (
    select
        street_key,
        street_core
    from {{ ref('stg_streets') }}
),

countries as (
    select
        country_code,
        postcode_area_length
    from {{ ref('countries') }}
),

city_variants as (
    select
        country_code,
        variant,
        canonical
    from {{ ref('city_variants') }}
),

shared_domains as (
    select website_domain
    from {{ ref('shared_domains') }}
),

stg_stores as (
    select
        current_stores.store_number,
        current_stores.store_key,
        current_stores.source_system,
        current_stores.country_code,
        cleaned_fields.name_key,
        names.name_clean,
        names.name_symbols,
        names.first_number as name_number,
        names.legal_form,
        cleaned_fields.house_number_from,
        cleaned_fields.house_number_to,
        cleaned_fields.street_key,
        streets.street_core,
        cleaned_fields.postcode_clean,
        {{ postcode_area('cleaned_fields.postcode_clean', 'countries.postcode_area_length') }} as postcode_area,
        coalesce(country_cities.canonical, any_cities.canonical, cleaned_fields.city_text) as city_clean,
        cleaned_fields.phone_digits,
        case when shared_domains.website_domain is null then cleaned_fields.website_domain end as website_domain,
        coalesce(category_kinds.kind_bits, name_kinds.kind_bits, 0) as kind_bits,
        cast(round(current_stores.latitude * 1000000) as integer) as latitude_micro,
        cast(round(current_stores.longitude * 1000000) as integer) as longitude_micro,
        coalesce(name_counts.store_count, 1) as name_store_count,
        -- Only larger numbers are counted: three stands for fewer.
        case
            when cleaned_fields.phone_digits is not null then coalesce(phone_counts.store_count, 3)
        end as phone_store_count,
        case
            when cleaned_fields.website_domain is not null and shared_domains.website_domain is null
                then coalesce(domain_counts.store_count, 3)
        end as domain_store_count,
        '{{ logic_version() }}' as logic_version
    from current_stores
    inner join cleaned_fields on current_stores.store_number = cleaned_fields.store_number
    inner join names on cleaned_fields.name_key = names.name_key
    left join name_counts on names.name_symbols = name_counts.name_symbols
    left join name_kinds on cleaned_fields.name_key = name_kinds.name_key
    left join category_kinds on cleaned_fields.category_text = category_kinds.category_text
    left join streets on cleaned_fields.street_key = streets.street_key
    left join countries on current_stores.country_code = countries.country_code
    left join city_variants as country_cities
        on cleaned_fields.city_text = country_cities.variant
        and current_stores.country_code = country_cities.country_code
    left join city_variants as any_cities
        on cleaned_fields.city_text = any_cities.variant
        and any_cities.country_code = '*'
    left join shared_domains on cleaned_fields.website_domain = shared_domains.website_domain
    left join phone_counts on cleaned_fields.phone_digits = phone_counts.phone_digits
    left join domain_counts on cleaned_fields.website_domain = domain_counts.website_domain
)

select * from stg_stores
