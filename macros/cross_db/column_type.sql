{# A column's type in a create statement of the engine. data_type: as the yml of a source says it.
   Example: {{ column_type('ubigint') }} #}
{% macro column_type(data_type) -%}
    {{ adapter.dispatch('column_type')(data_type) }}
{%- endmacro %}

{% macro default__column_type(data_type) -%}
    {{ exceptions.raise_compiler_error("column_type is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__column_type(data_type) -%}
    {{ data_type }}
{%- endmacro %}

{# Hashes are signed there, and no type is unsigned. #}
{% macro snowflake__column_type(data_type) -%}
    {{ 'number(19, 0)' if data_type == 'ubigint' else data_type }}
{%- endmacro %}
