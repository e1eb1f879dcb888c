{# The first 60 bits of a text's MD5 as a whole number: the same on both engines, so that keys made from
   it stay equal across builds and engines. Example: {{ hash_bigint('store_key') }} #}
{% macro hash_bigint(expression) -%}
    {{ adapter.dispatch('hash_bigint')(expression) }}
{%- endmacro %}

{% macro default__hash_bigint(expression) -%}
    {{ exceptions.raise_compiler_error("hash_bigint is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__hash_bigint(expression) -%}
    cast('0x' || substr(md5({{ expression }}), 1, 15) as bigint)
{%- endmacro %}

{% macro snowflake__hash_bigint(expression) -%}
    to_number(substr(md5({{ expression }}), 1, 15), 'XXXXXXXXXXXXXXX')
{%- endmacro %}
