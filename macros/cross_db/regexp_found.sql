{# Whether a pattern is found anywhere in a text; null where the text is. Patterns as in regexp_replace_all.
   Example: {{ regexp_found('name', '[^a-z ]') }} #}
{% macro regexp_found(expression, pattern) -%}
    {{ adapter.dispatch('regexp_found')(expression, pattern) }}
{%- endmacro %}

{% macro default__regexp_found(expression, pattern) -%}
    {{ exceptions.raise_compiler_error("regexp_found is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__regexp_found(expression, pattern) -%}
    regexp_matches({{ expression }}, '{{ pattern }}')
{%- endmacro %}

{# Snowflake's own test of a pattern wants the whole text to match. #}
{% macro snowflake__regexp_found(expression, pattern) -%}
    (regexp_instr({{ expression }}, '{{ pattern | replace("\\", "\\\\") }}') > 0)
{%- endmacro %}
