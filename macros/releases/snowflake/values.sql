{# A whole number as SQL, null for none; anything else is refused, because numbers become parts of names.
   what: how an error message calls it #}
{% macro snowflake_number(value, what) -%}
    {%- if value is none -%}
        {{ return('null') }}
    {%- endif -%}
    {%- if not modules.re.fullmatch('[0-9]+', value | string) -%}
        {{ exceptions.raise_compiler_error(what ~ " must be a whole number of at least 0, not '" ~ value ~ "'") }}
    {%- endif -%}
    {{ return(value | string) }}
{%- endmacro %}

{# Rows of a query; an error of Snowflake ends the operation. #}
{% macro snowflake_rows(sql) -%}
    {{ return(run_query(sql).rows) }}
{%- endmacro %}

{# First value of a query's first row, none where it has no row. #}
{% macro snowflake_value(sql) -%}
    {%- set rows = snowflake_rows(sql) -%}
    {{ return(rows[0][0] if rows | length > 0 else none) }}
{%- endmacro %}

{# Name of a schema with its database, as statements and stored view definitions write it. #}
{% macro snowflake_schema(name) -%}
    {{ return(target.database ~ '.' ~ name) }}
{%- endmacro %}

{# The information schema of the target's database. #}
{% macro snowflake_information_schema() -%}
    {{ return(target.database ~ '.information_schema') }}
{%- endmacro %}
