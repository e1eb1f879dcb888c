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
