with

stores as (
    select
        store_number,
        store_key,
        source_system,
        name_symbols,
        street_core,
        house_number_from,
        house_number_to,
        postcode_clean,
        coalesce(postcode_area, city_clean) as place,
        phone_digits,
        phone_store_count,
        latitude_micro,
        longitude_micro,
        -- The fullest record stands for the others; keys decide between equally full ones.
        case when street_core is not null then 1 else 0 end
        + case when house_number_from is not null then 1 else 0 end
        + case when postcode_clean is not null then 1 else 0 end
        + case when city_clean is not null then 1 else 0 end
        + case when phone_digits is not null then 1 else 0 end
        + case when website_domain is not null then 1 else 0 end
        + case when latitude_micro is not null then 1 else 0 end as filled_fields
    from {{ ref('stg_stores') }}
),

-- Few stores share a key with another, and only those are ordered: a window over all of them costs several times as
-- much as the groups.
shared_addresses as (
    select
        source_system,
        name_symbols,
        street_core,
        house_number_from,
        place
    from stores
    where street_core is not null
        and house_number_from is not null
        and place is not null
        and name_symbols <> ''
    group by
        source_system,
        name_symbols,
        street_core,
        house_number_from,
        place
    having count(*) > 1
),

same_address as (
    select
        stores.store_number,
        first_value(stores.store_number) over (
            partition by
                stores.source_system,
                stores.name_symbols,
                stores.street_core,
                stores.house_number_from,
                stores.house_number_to,
                stores.place
            order by stores.filled_fields desc, stores.store_key asc
            rows between unbounded preceding and unbounded following
        ) as representative_number
    from stores
    inner join shared_addresses
        on stores.source_system = shared_addresses.source_system
        and stores.name_symbols = shared_addresses.name_symbols
        and stores.street_core = shared_addresses.street_core
        and stores.house_number_from = shared_addresses.house_number_from
        and stores.place = shared_addresses.place
),

shared_phones as (
    select
        source_system,
        name_symbols,
        phone_digits
    from stores
    -- A number that many stores share is a head office's, not a store's.
    where phone_digits is not null
        and phone_store_count <= 6
        and name_symbols <> ''
    group by
        source_system,
        name_symbols,
        phone_digits
    having count(*) > 1
),

same_phone as (
    select
        stores.store_number,
        first_value(stores.store_number) over (
            partition by stores.source_system, stores.name_symbols, stores.phone_digits
            order by stores.filled_fields desc, stores.store_key asc
            rows between unbounded preceding and unbounded following
        ) as representative_number
    from stores
    inner join shared_phones
        on stores.source_system = shared_phones.source_system
        and stores.name_symbols = shared_phones.name_symbols
        and stores.phone_digits = shared_phones.phone_digits
    where stores.phone_store_count <= 6
),

members as (
    select store_number from same_address
    union
    select store_number from same_phone
),

links as (
    select
        members.store_number,
        coalesce(
            same_phone_of_first.representative_number,
            same_address.representative_number,
            same_phone.representative_number
        ) as representative_number,
        case
            when same_address.representative_number <> members.store_number then 'same name and address'
            else 'same name and phone'
        end as rule_name
    from members
    left join same_address on members.store_number = same_address.store_number
    left join same_phone on members.store_number = same_phone.store_number
    -- The representative by address may itself be a duplicate by phone: both then stand behind the last.
    left join same_phone as same_phone_of_first
        on same_address.representative_number = same_phone_of_first.store_number
),

with_points as (
    select
        stores.store_number,
        stores.store_key,
        links.representative_number,
        representatives.store_key as representative_store_key,
        links.rule_name,
        case when stores.latitude_micro is not null and representatives.latitude_micro is not null then
            {{ distance_metres(
                'stores.latitude_micro', 'stores.longitude_micro',
                'representatives.latitude_micro', 'representatives.longitude_micro'
            ) }}
        end as distance_metres
    from links
    inner join stores on links.store_number = stores.store_number
    inner join stores as representatives on links.representative_number = representatives.store_number
    where links.representative_number <> links.store_number
        -- One address has one postcode: two known ones that differ are two stores of a chain.
        and coalesce(stores.postcode_clean = representatives.postcode_clean, true)
),

close_links as (
    select * from with_points
    where coalesce(distance_metres, 0) <= {{ var('duplicate_distance_metres') }}
),

-- A representative is never a duplicate itself: where the two rules would make a chain, its first link is dropped.
stg_store_duplicates as (
    select
        close_links.store_number,
        close_links.store_key,
        close_links.representative_number as representative_store_number,
        close_links.representative_store_key,
        close_links.rule_name,
        close_links.distance_metres
    from close_links
    left join close_links as linked_representatives
        on close_links.representative_number = linked_representatives.store_number
    where linked_representatives.store_number is null
)

select * from stg_store_duplicates
