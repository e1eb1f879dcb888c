with

current_stores as (
    select * from {{ ref('stg_current_stores') }}
),

folded_fields as (
    select
        store_number,
        country_code,
        {{ fold_text('store_name') }} as name_text,
        ' ' || {{ fold_address('address') }} || ' ' as address_text,
        {{ fold_text('city') }} as city_text,
        {{ fold_text('region') }} as region_text,
        {{ fold_text('category') }} as category_text,
        upper({{ regexp_replace_all(fold_text('postcode'), ' ', '') }}) as postcode_clean,
        {{ phone_digits('phone') }} as phone_digits,
        {{ website_domain('website') }} as website_domain
    from current_stores
),

with_house_number as (
    select
        *,
        {{ regexp_first_group('address_text', house_number_pattern(), 1) }} as house_number_from_text,
        {{ regexp_first_group('address_text', house_number_pattern(), 4) }} as house_number_to_text,
        trim({{ regexp_replace_all(
            "replace(" ~ regexp_replace_first('address_text', house_number_pattern(), ' ') ~ ", '-', ' ')",
            '[ ]+', ' '
        ) }}) as street_text
    from folded_fields
),

stg_cleaned_fields as (
    select
        store_number,
        country_code,
        name_text,
        {{ hash_bigint("coalesce(country_code, '') || '|' || name_text") }} as name_key,
        nullif(street_text, '') as street_text,
        case when street_text <> '' then {{ hash_bigint("coalesce(country_code, '') || '|' || street_text") }} end as street_key,
        cast(house_number_from_text as integer) as house_number_from,
        -- A range that runs backwards ("10-4") is a number and something else, not a range.
        greatest(
            cast(house_number_from_text as integer),
            cast(coalesce(house_number_to_text, house_number_from_text) as integer)
        ) as house_number_to,
        nullif(postcode_clean, '') as postcode_clean,
        nullif(city_text, '') as city_text,
        nullif(region_text, '') as region_text,
        nullif(category_text, '') as category_text,
        phone_digits,
        website_domain
    from with_house_number
)

select * from stg_cleaned_fields
