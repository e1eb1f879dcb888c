{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false) }}

with

name_words as (
    select token
    from {{ ref('stg_name_words') }} as name_words
    {{ where_in_scope('name_words', 'stg_scope_texts', ['name_key']) }}
),

known_tokens as (
    select
        token,
        token_number,
        stem_number
    from {{ source('previous', 'token_numbers') }}
),

new_tokens as (
    select distinct
        name_words.token,
        {{ token_stem('name_words.token') }} as stem
    from name_words
    left join known_tokens on name_words.token = known_tokens.token
    where known_tokens.token is null
),

known_stems as (
    select distinct
        {{ token_stem('token') }} as stem,
        stem_number
    from known_tokens
),

new_stems as (
    select
        new_tokens.stem,
        row_number() over (order by new_tokens.stem) as place
    from (select distinct stem from new_tokens) as new_tokens
    left join known_stems on new_tokens.stem = known_stems.stem
    where known_stems.stem is null
),

last_numbers as (
    select
        coalesce(max(token_number), 0) as token_number,
        coalesce(max(stem_number), 0) as stem_number
    from known_tokens
),

stg_token_numbers as (
    select
        new_tokens.token,
        cast(last_numbers.token_number + row_number() over (order by new_tokens.token) as integer) as token_number,
        cast(coalesce(known_stems.stem_number, last_numbers.stem_number + new_stems.place) as integer) as stem_number
    from new_tokens
    cross join last_numbers
    left join known_stems on new_tokens.stem = known_stems.stem
    left join new_stems on new_tokens.stem = new_stems.stem
)

select * from stg_token_numbers
