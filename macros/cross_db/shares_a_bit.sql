{# True where two whole numbers have a bit in common. Example: {{ shares_a_bit('gi.kind_bits', 'th.kind_bits') }} #}
{% macro shares_a_bit(left_bits, right_bits) -%}
    {{ adapter.dispatch('shares_a_bit')(left_bits, right_bits) }}
{%- endmacro %}

{% macro default__shares_a_bit(left_bits, right_bits) -%}
    {{ exceptions.raise_compiler_error("shares_a_bit is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__shares_a_bit(left_bits, right_bits) -%}
    (({{ left_bits }} & {{ right_bits }}) <> 0)
{%- endmacro %}

{% macro snowflake__shares_a_bit(left_bits, right_bits) -%}
    (bitand({{ left_bits }}, {{ right_bits }}) <> 0)
{%- endmacro %}
