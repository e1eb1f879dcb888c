{# A select that gives one row per blank-separated word of a text column, with its position from 1.
   Columns given: the kept columns, `word`, `word_position`.
   Example: {{ split_to_rows('names', ['name_key'], 'name_text') }} #}
{% macro split_to_rows(relation, kept_columns, text_column) -%}
    {{ adapter.dispatch('split_to_rows')(relation, kept_columns, text_column) }}
{%- endmacro %}

{% macro default__split_to_rows(relation, kept_columns, text_column) -%}
    {{ exceptions.raise_compiler_error("split_to_rows is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__split_to_rows(relation, kept_columns, text_column) -%}
    select
        {{ kept_columns | join(', ') }},
        unnest(string_split({{ text_column }}, ' ')) as word,
        generate_subscripts(string_split({{ text_column }}, ' '), 1) as word_position
    from {{ relation }}
{%- endmacro %}

{% macro snowflake__split_to_rows(relation, kept_columns, text_column) -%}
    select
        {{ kept_columns | join(', ') }},
        cast(words.value as varchar) as word,
        words.index + 1 as word_position
    from {{ relation }}, lateral flatten(input => split({{ text_column }}, ' ')) as words
{%- endmacro %}
