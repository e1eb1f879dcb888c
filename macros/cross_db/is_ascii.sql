{# True where a text holds ASCII characters only: as many bytes as characters. #}
{% macro is_ascii(expression) -%}
    {{ adapter.dispatch('is_ascii')(expression) }}
{%- endmacro %}

{% macro default__is_ascii(expression) -%}
    {{ exceptions.raise_compiler_error("is_ascii is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__is_ascii(expression) -%}
    (strlen({{ expression }}) = length({{ expression }}))
{%- endmacro %}

{% macro snowflake__is_ascii(expression) -%}
    (octet_length({{ expression }}) = length({{ expression }}))
{%- endmacro %}
