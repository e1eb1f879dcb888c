{# The whole number at a position of a list, from 0; null beyond its end. Faster than a join where a table of few rows
   is looked up for millions. Example: {{ list_item('card.points', 'level') }} #}
{% macro list_item(list, position) -%}
    {{ adapter.dispatch('list_item')(list, position) }}
{%- endmacro %}

{% macro default__list_item(list, position) -%}
    {{ exceptions.raise_compiler_error("list_item is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{# DuckDB counts from 1. #}
{% macro duckdb__list_item(list, position) -%}
    {{ list }}[{{ position }} + 1]
{%- endmacro %}

{% macro snowflake__list_item(list, position) -%}
    cast(get({{ list }}, {{ position }}) as integer)
{%- endmacro %}
