{# Levenshtein distance of two ASCII texts. Only for folded text: DuckDB counts bytes, Snowflake characters,
   and the two agree on ASCII alone. Example: {{ edit_distance('a.name_symbols', 'b.name_symbols') }} #}
{% macro edit_distance(left_text, right_text) -%}
    {{ adapter.dispatch('edit_distance')(left_text, right_text) }}
{%- endmacro %}

{% macro default__edit_distance(left_text, right_text) -%}
    {{ exceptions.raise_compiler_error("edit_distance is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__edit_distance(left_text, right_text) -%}
    levenshtein({{ left_text }}, {{ right_text }})
{%- endmacro %}

{% macro snowflake__edit_distance(left_text, right_text) -%}
    editdistance({{ left_text }}, {{ right_text }})
{%- endmacro %}
