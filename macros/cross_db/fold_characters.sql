{# Lower case, accents off, Greek, Cyrillic and full-width letters as ASCII, by the lists of fold_lists.sql.
   Characters that no list names (Chinese, Arabic, …) stay. DuckDB reads the long lists only for texts that
   still hold other characters after its own accent stripping; Snowflake has the whole mapping as a list,
   and a test compares the two on every character. For a table of many rows: select_with_folded_characters. Example: {{ fold_characters('store_name') }} #}
{% macro fold_characters(expression) -%}
    {{ adapter.dispatch('fold_characters')(expression) }}
{%- endmacro %}

{% macro default__fold_characters(expression) -%}
    {{ exceptions.raise_compiler_error("fold_characters is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__fold_characters(expression) -%}
    {%- set stripped = strip_accents_first(expression) -%}
    {%- set everyday = fold_everyday(stripped) -%}
    case
        when {{ is_ascii(stripped) }} then {{ stripped }}
        when {{ is_ascii(everyday) }} then {{ everyday }}
        else {{ fold_by_lists(stripped) }}
    end
{%- endmacro %}

{% macro snowflake__fold_characters(expression) -%}
    {{ fold_by_lists("lower(" ~ expression ~ ")") }}
{%- endmacro %}

{# A select of a relation with `<column>_characters` beside each of the columns: what fold_characters gives, for
   tables of many rows. DuckDB reckons an expression anew for every branch of a case, so each step is a select of
   its own, from the cheapest to the dearest: most texts are ASCII once their accents are off, nearly all others
   once everyday characters are replaced. The select may have columns of these steps beside.
   Example: {{ select_with_folded_characters('current_stores', ['store_name', 'address']) }} #}
{% macro select_with_folded_characters(relation, columns) -%}
    {{ adapter.dispatch('select_with_folded_characters')(relation, columns) }}
{%- endmacro %}

{% macro default__select_with_folded_characters(relation, columns) -%}
    {{ exceptions.raise_compiler_error("select_with_folded_characters is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__select_with_folded_characters(relation, columns) -%}
    select
        *
        {%- for column in columns %},
        case
            when {{ is_ascii(column ~ '_everyday') }} then {{ column }}_everyday
            else {{ fold_by_lists(column ~ '_stripped') }}
        end as {{ column }}_characters
        {%- endfor %}
    from (
        select
            *
            {%- for column in columns %},
            case
                when {{ is_ascii(column ~ '_stripped') }} then {{ column }}_stripped
                else {{ fold_everyday(column ~ '_stripped') }}
            end as {{ column }}_everyday
            {%- endfor %}
        from (
            select
                *
                {%- for column in columns %},
                {{ strip_accents_first(column) }} as {{ column }}_stripped
                {%- endfor %}
            from {{ relation }}
        ) as stripped_texts
    ) as everyday_texts
{%- endmacro %}

{% macro snowflake__select_with_folded_characters(relation, columns) -%}
    select
        *
        {%- for column in columns %},
        {{ snowflake__fold_characters(column) }} as {{ column }}_characters
        {%- endfor %}
    from {{ relation }}
{%- endmacro %}

{# The first step on DuckDB: lower case, and the accents that the engine knows. #}
{% macro strip_accents_first(expression) -%}
    strip_accents(replace(replace(lower({{ expression }}), 'ß', 'ss'), '’', ''))
{%- endmacro %}

{# The second step on DuckDB: the short list of everyday characters. Right only where its result is ASCII. #}
{% macro fold_everyday(stripped) -%}
    translate({{ fold_multiple_letters(stripped) }}, '{{ fold_everyday_from() }}', '{{ fold_everyday_to() }}')
{%- endmacro %}

{# The lists applied to a lower-case text, in functions both engines have. #}
{% macro fold_by_lists(expression) -%}
    translate(
        {{ fold_multiple_letters(expression) }},
        '{{ fold_single_from() }}{{ fold_removed() }}',
        '{{ fold_single_to() }}'
    )
{%- endmacro %}

{# The characters that become several letters, replaced one after another. #}
{% macro fold_multiple_letters(expression) -%}
    {%- set ns = namespace(sql = expression) -%}
    {%- for character, letters in fold_multiple() -%}
        {%- set ns.sql = "replace(" ~ ns.sql ~ ", '" ~ character ~ "', '" ~ letters ~ "')" -%}
    {%- endfor -%}
    {{- ns.sql -}}
{%- endmacro %}
