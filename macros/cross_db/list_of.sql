{# A list of values, one per expression, as one value. Example: {{ list_of(['10', '20']) }} #}
{% macro list_of(expressions) -%}
    {{ adapter.dispatch('list_of')(expressions) }}
{%- endmacro %}

{% macro default__list_of(expressions) -%}
    {{ exceptions.raise_compiler_error("list_of is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__list_of(expressions) -%}
    [{{ expressions | join(', ') }}]
{%- endmacro %}

{% macro snowflake__list_of(expressions) -%}
    array_construct({{ expressions | join(', ') }})
{%- endmacro %}
