{# Statements of a model that take effect together or not at all; parted by semicolons, none at the end.
   dbt runs a model on DuckDB inside a transaction; on Snowflake each statement commits by itself. #}
{% macro in_one_transaction(statements) -%}
    {{ adapter.dispatch('in_one_transaction')(statements) }}
{%- endmacro %}

{% macro default__in_one_transaction(statements) -%}
    {{ exceptions.raise_compiler_error("in_one_transaction is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__in_one_transaction(statements) -%}
    {{ statements }}
{%- endmacro %}

{% macro snowflake__in_one_transaction(statements) -%}
    begin transaction;
    {{ statements }};
    commit
{%- endmacro %}
