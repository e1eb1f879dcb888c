with

cleaned_fields as (
    select
        name_key,
        country_code,
        name_text
    from {{ ref('stg_cleaned_fields') }} as cleaned_fields
    {{ where_in_scope('cleaned_fields', 'stg_scope_texts', ['name_key']) }}
),

legal_forms as (
    select
        country_code,
        legal_form,
        match,
        position
    from {{ ref('legal_forms') }}
),

name_variants as (
    select
        country_code,
        variant,
        canonical
    from {{ ref('name_variants') }}
),

numbers as (
    {{ dbt.generate_series(1024) }}
),

names as (
    select distinct
        name_key,
        country_code,
        name_text
    from cleaned_fields
),

-- A form is looked up by the last (first) word of the name: an equality, so that no name meets every form.
legal_endings as (
    select
        names.name_key,
        max(length(legal_forms.legal_form)) as ending_length
    from names
    inner join legal_forms
        on {{ last_word('names.name_text') }} = {{ last_word('legal_forms.legal_form') }}
        and legal_forms.country_code in ('*', names.country_code)
    where legal_forms.position = 'end'
        and legal_forms.match in ('token', 'phrase')
        and right(names.name_text, length(legal_forms.legal_form) + 1) = ' ' || legal_forms.legal_form
    group by names.name_key
),

legal_beginnings as (
    select
        names.name_key,
        max(length(legal_forms.legal_form)) as beginning_length
    from names
    inner join legal_forms
        on {{ first_word('names.name_text') }} = {{ first_word('legal_forms.legal_form') }}
        and legal_forms.country_code in ('*', names.country_code)
    where legal_forms.position = 'start'
        and legal_forms.match in ('token', 'phrase')
        and left(names.name_text, length(legal_forms.legal_form) + 1) = legal_forms.legal_form || ' '
    group by names.name_key
),

-- Glued forms of scripts without blanks (有限公司): looked up by their last (first) two characters.
glued_endings as (
    select
        names.name_key,
        max(length(legal_forms.legal_form)) as ending_length
    from names
    inner join legal_forms
        on right(names.name_text, 2) = right(legal_forms.legal_form, 2)
        and right(names.name_text, length(legal_forms.legal_form)) = legal_forms.legal_form
    where legal_forms.match = 'suffix'
        and length(names.name_text) > length(legal_forms.legal_form)
    group by names.name_key
),

glued_beginnings as (
    select
        names.name_key,
        max(length(legal_forms.legal_form)) as beginning_length
    from names
    inner join legal_forms
        on left(names.name_text, 2) = left(legal_forms.legal_form, 2)
        and left(names.name_text, length(legal_forms.legal_form)) = legal_forms.legal_form
    where legal_forms.match = 'prefix'
        and length(names.name_text) > length(legal_forms.legal_form)
    group by names.name_key
),

legal_lengths as (
    select
        names.name_key,
        names.country_code,
        names.name_text,
        coalesce(legal_beginnings.beginning_length, glued_beginnings.beginning_length, 0) as beginning_length,
        coalesce(legal_endings.ending_length, glued_endings.ending_length, 0) as ending_length
    from names
    left join legal_endings on names.name_key = legal_endings.name_key
    left join legal_beginnings on names.name_key = legal_beginnings.name_key
    left join glued_endings on names.name_key = glued_endings.name_key
    left join glued_beginnings on names.name_key = glued_beginnings.name_key
),

without_legal_form as (
    select
        name_key,
        country_code,
        name_text,
        nullif(trim(left(name_text, beginning_length) || ' ' || right(name_text, ending_length)), '') as legal_form,
        case
            -- A name made of legal forms alone stays as it is.
            when beginning_length + ending_length >= length(name_text) - 1 then name_text
            else trim(substr(name_text, beginning_length + 1, length(name_text) - beginning_length - ending_length))
        end as bare_name
    from legal_lengths
),

words as (
    {{ split_to_rows('without_legal_form', ['name_key', 'country_code'], 'bare_name') }}
),

canonical_words as (
    select
        words.name_key,
        words.word_position,
        words.word,
        {{ without_plural('coalesce(country_variants.canonical, any_variants.canonical, words.word)') }}
            as canonical_word
    from words
    left join name_variants as country_variants
        on words.word = country_variants.variant
        and words.country_code = country_variants.country_code
    left join name_variants as any_variants
        on words.word = any_variants.variant
        and any_variants.country_code = '*'
),

-- Only names with a word that changed are put together again: ordered concatenation is the dear step.
changed_names as (
    select distinct name_key
    from canonical_words
    where canonical_word <> word
),

rebuilt_names as (
    select
        canonical_words.name_key,
        {{ dbt.listagg('canonical_words.canonical_word', "' '", 'order by canonical_words.word_position') }}
            as name_clean
    from canonical_words
    inner join changed_names on canonical_words.name_key = changed_names.name_key
    group by canonical_words.name_key
),

clean_names as (
    select
        without_legal_form.name_key,
        without_legal_form.country_code,
        without_legal_form.name_text,
        without_legal_form.legal_form,
        coalesce(rebuilt_names.name_clean, without_legal_form.bare_name) as name_clean,
        replace(coalesce(rebuilt_names.name_clean, without_legal_form.bare_name), ' ', '') as name_compact
    from without_legal_form
    left join rebuilt_names on without_legal_form.name_key = rebuilt_names.name_key
),

name_characters as (
    select
        clean_names.name_key,
        numbers.generated_number as character_position,
        substr(clean_names.name_compact, cast(numbers.generated_number as integer), 1) as name_character
    from clean_names
    inner join numbers on numbers.generated_number <= length(clean_names.name_compact)
    where not {{ is_ascii('clean_names.name_compact') }}
),

-- Edit distance agrees between engines on ASCII only, so any other character becomes four letters made
-- from its code point: one changed character costs up to four edits out of four times the length.
encoded_names as (
    select
        name_key,
        {{ dbt.listagg(ascii_symbols('name_character'), "''", 'order by character_position') }} as name_symbols
    from name_characters
    group by name_key
),

with_symbols as (
    select
        clean_names.name_key,
        clean_names.country_code,
        clean_names.name_text,
        clean_names.legal_form,
        clean_names.name_clean,
        coalesce(encoded_names.name_symbols, clean_names.name_compact) as name_symbols
    from clean_names
    left join encoded_names on clean_names.name_key = encoded_names.name_key
),

stg_names as (
    select
        name_key,
        country_code,
        name_text,
        legal_form,
        name_clean,
        name_symbols,
        cast({{ regexp_first_group("' ' || name_clean || ' '", '[ ]([0-9]{1,9})[ ]', 1) }} as integer)
            as first_number
    from with_symbols
)

select * from stg_names
