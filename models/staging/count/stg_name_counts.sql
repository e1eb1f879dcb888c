with

names as (
    select
        name_key,
        name_symbols
    from {{ ref('stg_names') }}
),

cleaned_fields as (
    select name_key
    from {{ ref('stg_cleaned_fields') }}
    where {{ counts_are_due() | lower }}
),

stores_of_names as (
    select
        name_key,
        count(*) as store_count
    from cleaned_fields
    group by name_key
),

-- Names of several countries or spellings that are equal once cleaned count together.
stg_name_counts as (
    select
        names.name_symbols,
        cast(sum(stores_of_names.store_count) as integer) as store_count
    from stores_of_names
    inner join names on stores_of_names.name_key = names.name_key
    group by names.name_symbols
    having sum(stores_of_names.store_count) > 1
)

select * from stg_name_counts
