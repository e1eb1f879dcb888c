create or replace iceberg table STORE_MATCHING.STAGING.store_matches
external_volume = 'STORE_LAKE'
catalog = 'SNOWFLAKE' -- required, and always SNOWFLAKE for built-in Iceberg tables
base_location = 'store_matching/STAGING/store_matches'
as (…
order by (
place_key
)
)
alter iceberg table STORE_MATCHING.STAGING.store_matches cluster by (place_key);

create or replace iceberg table STORE_MATCHING.GOLD.store_crosswalk
(
source_system varchar,
source_store_id varchar,
store_key varchar,
gold_store_id varchar,
store_role varchar,
representative_store_key varchar,
match_status varchar,
place_key bigint
)
external_volume = 'STORE_LAKE'
catalog = 'SNOWFLAKE' -- required, and always SNOWFLAKE for built-in Iceberg tables
base_location = 'store_matching/GOLD/store_crosswalk'
as (…
order by (
place_key
)
)
alter iceberg table STORE_MATCHING.GOLD.store_crosswalk cluster by (place_key);

create or replace iceberg table STORE_MATCHING.GOLD.stores
(
gold_store_id varchar,
match_status varchar,
gi_store_id varchar,
th_store_id varchar,
match_score double,
total_points integer,
store_name varchar,
address varchar,
postcode varchar,
city varchar,
region varchar,
country_code varchar,
latitude double,
longitude double,
phone varchar,
website varchar,
category varchar,
store_name_source varchar,
address_source varchar,
postcode_source varchar,
city_source varchar,
region_source varchar,
country_code_source varchar,
latitude_source varchar,
longitude_source varchar,
phone_source varchar,
website_source varchar,
category_source varchar,
place_key bigint
)
external_volume = 'STORE_LAKE'
catalog = 'SNOWFLAKE' -- required, and always SNOWFLAKE for built-in Iceberg tables
base_location = 'store_matching/GOLD/stores'
as (…
order by (
place_key
)
)
alter iceberg table STORE_MATCHING.GOLD.stores cluster by (place_key);

