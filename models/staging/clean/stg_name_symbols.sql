with

names as (
    select
        name_key,
        name_compact
    from {{ ref('stg_names') }}
    where not {{ is_ascii('name_compact') }}
),

numbers as (
    {{ dbt.generate_series(1024) }}
),

characters as (
    select
        names.name_key,
        numbers.generated_number as character_position,
        substr(names.name_compact, cast(numbers.generated_number as integer), 1) as name_character
    from names
    inner join numbers on numbers.generated_number <= length(names.name_compact)
),

-- Edit distance agrees between engines on ASCII only, so any other character becomes two letters made from
-- its code point: one changed character costs two edits out of twice the length, the same share as before.
stg_name_symbols as (
    select
        name_key,
        {{ dbt.listagg(ascii_symbols('name_character'), "''", 'order by character_position') }} as name_symbols
    from characters
    group by name_key
)

select * from stg_name_symbols
