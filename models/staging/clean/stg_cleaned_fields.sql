with

current_stores as (
    select
        store_number,
        country_code,
        store_name,
        address,
        postcode,
        city,
        phone,
        website,
        category
    from {{ ref('stg_current_stores') }} as current_stores
    {{ where_in_scope('current_stores', 'stg_scope_stores', ['store_number']) }}
),

countries as (
    select
        country_code,
        postcode_pattern
    from {{ ref('countries') }}
),

-- Towns and categories repeat: folding each text once is a tenth of folding it per store.
cities as (
    select
        city,
        -- "59260 Lille" and "Paris 12": the digits are a postcode or a district, not the town.
        trim({{ regexp_replace_all(fold_text('city'), '[ ]*[0-9]+[ ]*', ' ') }}) as city_text,
        {{ regexp_first_group("' ' || city || ' '", '[ ]([0-9]{4,5})[ ]', 1) }} as postcode_in_city
    from (select distinct city from current_stores where city is not null) as distinct_cities
),

categories as (
    select
        category,
        {{ fold_text('category') }} as category_text
    from (select distinct category from current_stores where category is not null) as distinct_categories
),

-- A step of its own: inside one expression the folding would be reckoned several times.
folded_characters as (
    {{ select_with_folded_characters('current_stores', ['store_name', 'address']) }}
),

folded_fields as (
    select
        folded_characters.store_number,
        folded_characters.country_code,
        countries.postcode_pattern,
        {{ without_punctuation('folded_characters.store_name_characters') }} as name_text,
        ' ' || {{ without_address_punctuation('folded_characters.address_characters') }} || ' ' as address_text,
        cities.city_text,
        categories.category_text,
        coalesce(
            nullif({{ compact_postcode('folded_characters.postcode') }}, ''), cities.postcode_in_city
        ) as postcode_as_written,
        {{ first_phone_number('folded_characters.phone') }} as phone_number,
        {{ website_domain('folded_characters.website') }} as website_domain
    from folded_characters
    left join cities on folded_characters.city = cities.city
    left join categories on folded_characters.category = categories.category
    left join countries on folded_characters.country_code = countries.country_code
),

with_house_number as (
    select
        *,
        {{ regexp_first_group('address_text', house_number_pattern(), 1) }} as house_number_from_text,
        -- Only a hyphen makes a range.
        case
            when {{ dbt.position("'-'", 'address_text') }} > 0
                then {{ regexp_first_group('address_text', house_number_pattern(), 4) }}
        end as house_number_to_text,
        {{ street_without_number('address_text') }} as street_with_blanks
    from folded_fields
),

with_street as (
    select
        *,
        {{ collapsed_blanks('street_with_blanks') }} as street_text
    from with_house_number
),

stg_cleaned_fields as (
    select
        store_number,
        country_code,
        name_text,
        {{ hash_key(["coalesce(country_code, '')", 'name_text']) }} as name_key,
        nullif(street_text, '') as street_text,
        case
            when street_text <> '' then {{ hash_key(["coalesce(country_code, '')", 'street_text']) }}
        end as street_key,
        cast(trim(house_number_from_text) as integer) as house_number_from,
        -- A range that runs backwards ("10-4") is a number and something else, not a range.
        greatest(
            cast(trim(house_number_from_text) as integer),
            cast(trim(coalesce(house_number_to_text, house_number_from_text)) as integer)
        ) as house_number_to,
        {{ postcode_without_country('postcode_as_written', 'country_code', 'postcode_pattern') }} as postcode_clean,
        nullif(city_text, '') as city_text,
        nullif(category_text, '') as category_text,
        {{ phone_digits('phone_number') }} as phone_digits,
        website_domain
    from with_street
)

select * from stg_cleaned_fields
