with

cleaned_fields as (
    select website_domain
    from {{ ref('stg_cleaned_fields') }}
    where website_domain is not null and {{ counts_are_due() | lower }}
),

-- Only counts from four on matter, and they are few.
stg_domain_counts as (
    select
        website_domain,
        cast(count(*) as integer) as store_count
    from cleaned_fields
    group by website_domain
    having count(*) > 3
)

select * from stg_domain_counts
