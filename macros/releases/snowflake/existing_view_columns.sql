{# Columns of a MART view, asked anew: dbt's cache was filled before prepare_run, which may have made the view. #}
{% macro snowflake__existing_view_columns(relation) -%}
    {%- set query -%}
        select column_name
        from {{ snowflake_information_schema() }}.columns
        where table_schema = {{ text_literal(relation.schema | upper) }}
            and table_name = {{ text_literal(relation.identifier | upper) }}
        order by ordinal_position
    {%- endset -%}
    {%- set columns = [] -%}
    {%- for row in snowflake_rows(query) -%}
        {%- do columns.append(row[0] | lower) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
