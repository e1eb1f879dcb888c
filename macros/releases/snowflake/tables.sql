{# What Snowflake knows of the tables of some schemas: a dict from 'SCHEMA.TABLE' to a dict with table_type,
   is_iceberg, is_transient and retention_days. One query, whatever the number of tables. #}
{% macro snowflake_tables_in(schemas) -%}
    {%- set names = [] -%}
    {%- for schema in schemas -%}
        {%- do names.append(text_literal(schema | upper)) -%}
    {%- endfor -%}
    {%- set query -%}
        select
            table_schema,
            table_name,
            table_type,
            is_iceberg,
            is_transient,
            retention_time
        from {{ snowflake_information_schema() }}.tables
        where table_schema in ({{ names | join(', ') }})
    {%- endset -%}
    {%- set tables = {} -%}
    {%- for row in snowflake_rows(query) -%}
        {%- do tables.update({(row[0] ~ '.' ~ row[1]) | upper: {
            'table_type': row[2],
            'is_iceberg': row[3] == 'YES',
            'is_transient': row[4] == 'YES',
            'retention_days': row[5]
        }}) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{# The newest Iceberg snapshot of a table as text, none where it has none yet.
   table: 'SCHEMA.TABLE'. The function takes a literal only. #}
{% macro snowflake_newest_version(table) -%}
    {%- set version = snowflake_value(
        "select version_id from " ~ snowflake_versions_of(table) ~ " order by version_created_at desc limit 1"
    ) -%}
    {{ return(none if version is none else version | string) }}
{%- endmacro %}

{# Whether an Iceberg snapshot can still be read. table: 'SCHEMA.TABLE' #}
{% macro snowflake_has_version(table, snapshot_id) -%}
    {{ return(snowflake_value(
        "select count(*) from " ~ snowflake_versions_of(table)
        ~ " where version_id = " ~ snowflake_number(snapshot_id, 'snapshot_id')
    ) | int > 0) }}
{%- endmacro %}

{# The table function that lists the snapshots of an Iceberg table. table: 'SCHEMA.TABLE' #}
{% macro snowflake_versions_of(table) -%}
    {{ return(
        'table(' ~ snowflake_information_schema() ~ '.get_table_versions('
        ~ text_literal(target.database ~ '.' ~ table) ~ '))'
    ) }}
{%- endmacro %}
