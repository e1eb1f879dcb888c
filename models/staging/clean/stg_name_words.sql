with

names as (
    select
        name_key,
        name_clean
    from {{ ref('stg_names') }} as names
    {{ where_in_scope('names', 'stg_scope_texts', ['name_key']) }}
),

numbers as (
    {{ dbt.generate_series(128) }}
),

words as (
    {{ split_to_rows('names', ['name_key'], 'name_clean') }}
),

latin_words as (
    select
        name_key,
        word as token
    from words
    where {{ is_ascii('word') }} and word <> ''
),

-- Scripts without blanks between words: overlapping pairs of characters, the usual index unit for them.
character_pairs as (
    select
        words.name_key,
        substr(words.word, cast(numbers.generated_number as integer), 2) as token
    from words
    inner join numbers
        on numbers.generated_number <= greatest(length(words.word) - 1, 1)
    where not {{ is_ascii('words.word') }}
),

stg_name_words as (
    select distinct
        name_key,
        token
    from (
        select * from latin_words
        union all
        select * from character_pairs
    ) as all_tokens
)

select * from stg_name_words
