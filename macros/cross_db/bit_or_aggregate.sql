{# Bitwise or over the rows of a group. Example: {{ bit_or_aggregate('rule_bit') }} #}
{% macro bit_or_aggregate(expression) -%}
    {{ adapter.dispatch('bit_or_aggregate')(expression) }}
{%- endmacro %}

{% macro default__bit_or_aggregate(expression) -%}
    {{ exceptions.raise_compiler_error("bit_or_aggregate is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__bit_or_aggregate(expression) -%}
    bit_or({{ expression }})
{%- endmacro %}

{% macro snowflake__bit_or_aggregate(expression) -%}
    bitor_agg({{ expression }})
{%- endmacro %}
