{# Statements of a model that take effect together or not at all; parted by semicolons, none at the end.
   dbt runs a model on DuckDB inside a transaction; on Snowflake each statement commits by itself.
   Where a statement fails on Snowflake, dbt does not roll back what it did not begin: the transaction stays open in a
   session that the thread uses again, and the next DDL there commits the half that was done. So what undoes it must be
   recorded before (SCOPE.changed_tables), not inside: undo_unfinished_run mends a table whether nothing, half or all of
   it took effect. A block of Snowflake Scripting could roll back by itself; dbt would send its text as one string, which
   neither sqlfluff nor the emulator looks into, so that every statement in it would go unchecked.
   The transactions of hooks and operations need none of this: a failure there ends the command, and the end of its
   session rolls back. #}
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
