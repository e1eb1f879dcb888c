{# Gives a schema the rights that another has: on itself, on the objects that it has, and on those that will be made in
   it (a future right of Snowflake is no right on what is there already). ALTER SCHEMA …
   SWAP WITH also swaps the rights, so that without this every reader of MART would lose its access with each release. #}
{% macro snowflake_copy_schema_grants(from_schema, to_schema) -%}
    {%- for row in run_query('show grants on schema ' ~ snowflake_schema(from_schema)).rows
        if row['privilege'] not in ['OWNERSHIP', 'MANAGE GRANTS'] -%}
        {%- do run_query(
            'grant ' ~ row['privilege'] ~ ' on schema ' ~ snowflake_schema(to_schema)
            ~ ' to ' ~ snowflake_grantee(row['granted_to'], row['grantee_name'])
        ) -%}
    {%- endfor -%}
    {%- for row in run_query('show future grants in schema ' ~ snowflake_schema(from_schema)).rows
        if row['privilege'] != 'OWNERSHIP' -%}
        {%- for which in ['all', 'future'] -%}
            {%- do run_query(
                'grant ' ~ row['privilege'] ~ ' on ' ~ which ~ ' ' ~ (row['grant_on'] | replace('_', ' ')) ~ 's in schema '
                ~ snowflake_schema(to_schema) ~ ' to ' ~ snowflake_grantee(row['grant_to'], row['grantee_name'])
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{# Gives the views of a new schema the rights that the views of the same name have in another. #}
{% macro snowflake_copy_view_grants(from_schema, to_schema, views) -%}
    {%- set existing = snowflake_tables_in([from_schema]) -%}
    {%- for view in views if from_schema ~ '.' ~ view in existing -%}
        {%- for row in run_query('show grants on view ' ~ snowflake_schema(from_schema) ~ '.' ~ view).rows
            if row['privilege'] != 'OWNERSHIP' -%}
            {%- do run_query(
                'grant ' ~ row['privilege'] ~ ' on view ' ~ snowflake_schema(to_schema) ~ '.' ~ view
                ~ ' to ' ~ snowflake_grantee(row['granted_to'], row['grantee_name'])
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{# A grantee as GRANT writes it, from what SHOW GRANTS says. #}
{% macro snowflake_grantee(granted_to, grantee_name) -%}
    {%- if granted_to == 'DATABASE_ROLE' -%}
        {{ return('database role ' ~ snowflake_schema('"' ~ grantee_name.split('.')[-1] ~ '"')) }}
    {%- endif -%}
    {{ return((granted_to | lower) ~ ' "' ~ grantee_name ~ '"') }}
{%- endmacro %}
