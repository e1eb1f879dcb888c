{# Replaces the first match of a pattern only. Example: {{ regexp_replace_first('address', '[0-9]+', '') }} #}
{% macro regexp_replace_first(expression, pattern, replacement) -%}
    {{ adapter.dispatch('regexp_replace_first')(expression, pattern, replacement) }}
{%- endmacro %}

{% macro default__regexp_replace_first(expression, pattern, replacement) -%}
    {{ exceptions.raise_compiler_error("regexp_replace_first is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__regexp_replace_first(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}')
{%- endmacro %}

{% macro snowflake__regexp_replace_first(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern | replace("\\", "\\\\") }}', '{{ replacement | replace("\\", "\\\\") }}', 1, 1)
{%- endmacro %}
