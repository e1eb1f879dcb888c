with

removed_fields as (
    select
        name_key,
        street_key,
        category_text
    from {{ source('scope', 'removed_cleaned_fields') }}
),

cleaned_fields as (
    select
        name_key,
        street_key,
        category_text
    from {{ ref('stg_cleaned_fields') }} as cleaned_fields
    {{ where_in_scope('cleaned_fields', 'stg_scope_stores', ['store_number']) }}
),

texts as (
    select * from removed_fields
    union all
    select * from cleaned_fields
),

-- Texts of the stores of the scope, before and now: each is computed again, or vanishes with its last store.
stg_scope_texts as (
    select distinct
        name_key,
        street_key,
        category_text
    from texts
    where {{ only_with_scope() }}
)

select * from stg_scope_texts
