{# Overrides dbt-snowflake's implementation of dbt's macro of the same name: whole numbers of different widths are one type.
   An Iceberg table keeps `integer` as int and `bigint` as long, which Snowflake then describes as NUMBER(10,0) and
   NUMBER(19,0); the same column of a query is NUMBER(38,0). With on_schema_change: fail the second run of every Iceberg
   table would end there. Nothing is lost silently: Snowflake refuses to insert a number that the column does not hold.
   Widths of texts and of times dbt leaves out of the comparison itself. #}
{% macro snowflake__diff_column_data_types(source_columns, target_columns) -%}
    {%- set whole = [] -%}
    {%- for column in target_columns if is_whole_number_on_snowflake(column.data_type) -%}
        {%- do whole.append(column.name) -%}
    {%- endfor -%}
    {%- set different = [] -%}
    {%- for change in dbt.snowflake__diff_column_data_types(source_columns, target_columns) -%}
        {%- if not (change.column_name in whole and is_whole_number_on_snowflake(change.new_type)) -%}
            {%- do different.append(change) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(different) }}
{%- endmacro %}

{# Whether a type, as dbt-snowflake reads it from DESCRIBE TABLE, is that of whole numbers. #}
{% macro is_whole_number_on_snowflake(data_type) -%}
    {{ return(modules.re.fullmatch('number\\(\\d+, ?0\\)', data_type | lower) is not none) }}
{%- endmacro %}
