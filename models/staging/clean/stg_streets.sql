with

cleaned_fields as (
    select
        street_key,
        country_code,
        street_text
    from {{ ref('stg_cleaned_fields') }} as cleaned_fields
    where street_key is not null
        {{ where_in_scope('cleaned_fields', 'stg_scope_texts', ['street_key'], begins_with='and') }}
),

street_variants as (
    select
        country_code,
        variant,
        canonical,
        is_street_type
    from {{ ref('street_variants') }}
),

street_suffixes as (
    select
        country_code,
        variant_suffix,
        canonical_suffix
    from {{ ref('street_suffixes') }}
),

small_words as (
    select distinct word
    from {{ ref('generic_words') }}
    where kind in ('article', 'preposition')
),

streets as (
    select distinct
        street_key,
        country_code,
        street_text
    from cleaned_fields
),

words as (
    {{ split_to_rows('streets', ['street_key', 'country_code'], 'street_text') }}
),

distinct_words as (
    select distinct
        word,
        country_code
    from words
),

-- A word glued to its type (hauptstr): the longest suffix that the country writes so. Equal last two letters
-- are the join key, so that no word meets every suffix.
suffixed_words as (
    select
        words.word,
        words.country_code,
        street_suffixes.canonical_suffix,
        length(street_suffixes.variant_suffix) as suffix_length
    from distinct_words as words
    inner join street_suffixes
        on right(words.word, 2) = right(street_suffixes.variant_suffix, 2)
        and words.country_code = street_suffixes.country_code
    where right(words.word, length(street_suffixes.variant_suffix)) = street_suffixes.variant_suffix
        and length(words.word) > length(street_suffixes.variant_suffix) + 1
    qualify row_number() over (
        partition by words.word, words.country_code
        order by length(street_suffixes.variant_suffix) desc, street_suffixes.canonical_suffix asc
    ) = 1
),

canonical_words as (
    select
        words.street_key,
        words.word_position,
        coalesce(
            country_variants.canonical,
            any_variants.canonical,
            left(words.word, length(words.word) - suffixed_words.suffix_length) || suffixed_words.canonical_suffix,
            words.word
        ) as canonical_word,
        coalesce(country_variants.is_street_type, any_variants.is_street_type, false) as is_street_type
    from words
    left join street_variants as country_variants
        on words.word = country_variants.variant
        and words.country_code = country_variants.country_code
    left join street_variants as any_variants
        on words.word = any_variants.variant
        and any_variants.country_code = '*'
    left join suffixed_words
        on words.word = suffixed_words.word
        and words.country_code = suffixed_words.country_code
),

-- The words that name the street: without its type and articles. A single letter is left of a house number
-- ("12 a") where other words name the street, but names it in "Avenue A" and "K Street NW".
name_candidates as (
    select
        canonical_words.street_key,
        canonical_words.word_position,
        canonical_words.canonical_word,
        max(case
            when length(canonical_words.canonical_word) > 1
                and canonical_words.canonical_word not in (
                    'north', 'south', 'east', 'west', 'northeast', 'northwest', 'southeast', 'southwest'
                )
                then 1
            else 0
        end) over (partition by canonical_words.street_key) as has_long_word
    from canonical_words
    left join small_words
        on canonical_words.canonical_word = small_words.word
        and length(small_words.word) > 1
    where not canonical_words.is_street_type and small_words.word is null
),

naming_words as (
    select
        street_key,
        canonical_word,
        row_number() over (partition by street_key order by word_position) as naming_position
    from name_candidates
    where length(canonical_word) > 1 or has_long_word = 0
),

-- The first eight words put together by position: four times faster than an ordered concatenation.
stg_streets as (
    select
        street_key,
        {% for position in range(1, 9) -%}
        coalesce(max(case when naming_position = {{ position }} then canonical_word end), '')
        {{- ' || ' if not loop.last }}
        {%- endfor %} as street_core
    from naming_words
    group by street_key
)

select * from stg_streets
