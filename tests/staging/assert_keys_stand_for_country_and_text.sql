-- One key for one text of one country: the same text in two countries has two keys, equal texts share one, also where
-- the country is not known.
with

keyed_texts as (
    select
        'name' as kind,
        country_code,
        name_text as keyed_text,
        name_key as text_key
    from {{ ref('stg_cleaned_fields') }}
    union all
    select
        'street' as kind,
        country_code,
        street_text as keyed_text,
        street_key as text_key
    from {{ ref('stg_cleaned_fields') }}
    where street_text is not null
),

keys_of_texts as (
    select
        kind,
        country_code,
        keyed_text,
        count(distinct text_key) as keys,
        count(*) - count(text_key) as without_key,
        min(text_key) as text_key
    from keyed_texts
    group by kind, country_code, keyed_text
)

select *
from keys_of_texts
qualify keys <> 1
    or without_key > 0
    or count(*) over (partition by kind, text_key) > 1
