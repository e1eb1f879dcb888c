{# Replaces every match of a pattern. Patterns use only what RE2 and POSIX share: classes, groups, + * ? {n}.
   Example: {{ regexp_replace_all('name', '[ ]+', ' ') }} #}
{% macro regexp_replace_all(expression, pattern, replacement) -%}
    {{ adapter.dispatch('regexp_replace_all')(expression, pattern, replacement) }}
{%- endmacro %}

{% macro default__regexp_replace_all(expression, pattern, replacement) -%}
    {{ exceptions.raise_compiler_error("regexp_replace_all is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__regexp_replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{# Snowflake reads a backslash in a quoted string as an escape. #}
{% macro snowflake__regexp_replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern | replace("\\", "\\\\") }}', '{{ replacement | replace("\\", "\\\\") }}')
{%- endmacro %}
