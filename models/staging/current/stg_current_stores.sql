with

gi_stores as (
    select * from {{ source('raw', 'gi_stores') }} as gi_stores
    {{ where_in_scope('gi_stores', 'stg_scope_stores', {'store_id': 'gi_store_id'}) }}
),

th_stores as (
    select * from {{ source('raw', 'th_stores') }} as th_stores
    {{ where_in_scope('th_stores', 'stg_scope_stores', {'store_id': 'th_store_id'}) }}
),

country_names as (
    select
        country_name_folded,
        country_code
    from {{ ref('country_names') }}
),

countries as (
    select
        country_code,
        min_latitude,
        max_latitude,
        min_longitude,
        max_longitude
    from {{ ref('countries') }}
),

store_numbers as (
    select
        store_key,
        store_number
    from {{ ref('stg_store_numbers') }}
),

source_rows as (
    {{ current_rows('GI', 'gi_stores') }}
    union all
    {{ current_rows('TH', 'th_stores') }}
),

given_countries as (
    select
        country_code as country_given,
        {{ fold_text('country_code') }} as country_folded
    from (
        select country_code from gi_stores
        union
        select country_code from th_stores
    ) as distinct_countries
    where country_code is not null
),

live_rows as (
    select
        *,
        (
            latitude between -90 and 90 and longitude between -180 and 180
            and not (latitude = 0 and longitude = 0)
        ) as has_coordinates
    from source_rows
    where not coalesce(is_deleted, false)
),

with_country as (
    select
        live_rows.*,
        country_names.country_code as known_country_code
    from live_rows
    left join given_countries
        on live_rows.country_code = given_countries.country_given
    left join country_names
        on given_countries.country_folded = country_names.country_name_folded
),

with_orientation as (
    select
        with_country.*,
        -- Latitude and longitude changed places: as given the point lies outside the store's country, swapped inside.
        coalesce(
            with_country.has_coordinates
            and not (
                with_country.latitude between countries.min_latitude and countries.max_latitude
                and with_country.longitude between countries.min_longitude and countries.max_longitude
            )
            and with_country.longitude between countries.min_latitude and countries.max_latitude
            and with_country.latitude between countries.min_longitude and countries.max_longitude,
            false
        ) as is_swapped
    from with_country
    left join countries
        on with_country.known_country_code = countries.country_code
),

with_points as (
    select
        store_numbers.store_number,
        store_numbers.store_key,
        with_orientation.source_system,
        with_orientation.store_id,
        with_orientation.store_name,
        with_orientation.address,
        with_orientation.postcode,
        with_orientation.city,
        with_orientation.region,
        with_orientation.country_code as country_given,
        with_orientation.known_country_code as country_code,
        case
            when with_orientation.is_swapped then with_orientation.longitude
            when with_orientation.has_coordinates then with_orientation.latitude
        end as latitude,
        case
            when with_orientation.is_swapped then with_orientation.latitude
            when with_orientation.has_coordinates then with_orientation.longitude
        end as longitude,
        case
            when with_orientation.is_swapped then 'swapped'
            when with_orientation.has_coordinates then 'given'
            else 'missing'
        end as coordinates_status,
        with_orientation.phone,
        with_orientation.website,
        with_orientation.category,
        with_orientation.updated_at
    from with_orientation
    inner join store_numbers on with_orientation.store_key = store_numbers.store_key
),

stg_current_stores as (
    select
        *,
        {{ place_key('latitude', 'longitude', 'country_code', 'postcode') }} as place_key
    from with_points
)

select * from stg_current_stores
