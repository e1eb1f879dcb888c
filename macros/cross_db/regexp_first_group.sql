{# The text of one group of the first match, null where nothing matches (DuckDB alone gives '').
   Example: {{ regexp_first_group('address', '^([0-9]+)', 1) }} #}
{% macro regexp_first_group(expression, pattern, group_number) -%}
    {{ adapter.dispatch('regexp_first_group')(expression, pattern, group_number) }}
{%- endmacro %}

{% macro default__regexp_first_group(expression, pattern, group_number) -%}
    {{ exceptions.raise_compiler_error("regexp_first_group is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__regexp_first_group(expression, pattern, group_number) -%}
    nullif(regexp_extract({{ expression }}, '{{ pattern }}', {{ group_number }}), '')
{%- endmacro %}

{% macro snowflake__regexp_first_group(expression, pattern, group_number) -%}
    nullif(regexp_substr({{ expression }}, '{{ pattern | replace("\\", "\\\\") }}', 1, 1, 'e', {{ group_number }}), '')
{%- endmacro %}
