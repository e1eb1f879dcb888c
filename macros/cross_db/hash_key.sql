{# A 64-bit hash of several values, for equality within one build only: the two engines give different
   numbers, so it is never stored as an identity nor compared across engines.
   Example: {{ hash_key(["'phone'", 'phone_digits']) }} #}
{% macro hash_key(expressions) -%}
    {{ adapter.dispatch('hash_key')(expressions) }}
{%- endmacro %}

{% macro default__hash_key(expressions) -%}
    {{ exceptions.raise_compiler_error("hash_key is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__hash_key(expressions) -%}
    hash({{ expressions | join(', ') }})
{%- endmacro %}

{% macro snowflake__hash_key(expressions) -%}
    hash({{ expressions | join(', ') }})
{%- endmacro %}
