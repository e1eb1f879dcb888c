{# What a relation is: 'table', 'view' or none where it is not there. Asked by a plain query: the adapter's ways to ask
   begin a transaction, and in a hook nobody commits it. #}
{% macro relation_kind(relation) -%}
    {%- set found = run_query(
        "select table_type from information_schema.tables where lower(table_catalog) = " ~ text_literal(relation.database | lower)
        ~ " and lower(table_schema) = " ~ text_literal(relation.schema | lower)
        ~ " and lower(table_name) = " ~ text_literal(relation.identifier | lower)
    ) -%}
    {%- if found.rows | length == 0 -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return('view' if 'VIEW' in found.rows[0][0] | upper else 'table') }}
{%- endmacro %}
