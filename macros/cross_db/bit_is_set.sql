{# True where one bit of a whole number is set. Example: {{ bit_is_set('rules', 4) }} #}
{% macro bit_is_set(expression, bit) -%}
    {{ adapter.dispatch('bit_is_set')(expression, bit) }}
{%- endmacro %}

{% macro default__bit_is_set(expression, bit) -%}
    {{ exceptions.raise_compiler_error("bit_is_set is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__bit_is_set(expression, bit) -%}
    (({{ expression }} & {{ bit }}) <> 0)
{%- endmacro %}

{% macro snowflake__bit_is_set(expression, bit) -%}
    (bitand({{ expression }}, {{ bit }}) <> 0)
{%- endmacro %}
