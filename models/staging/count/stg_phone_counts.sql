with

cleaned_fields as (
    select phone_digits
    from {{ ref('stg_cleaned_fields') }}
    where phone_digits is not null and {{ counts_are_due() | lower }}
),

-- Only counts from four on matter, and they are few.
stg_phone_counts as (
    select
        phone_digits,
        cast(count(*) as integer) as store_count
    from cleaned_fields
    group by phone_digits
    having count(*) > 3
)

select * from stg_phone_counts
