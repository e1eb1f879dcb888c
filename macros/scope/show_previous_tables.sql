{# on-run-start: the relations of the sources `previous`, `scope` and, without a lake, `ops`: views over the table that the meta of one names, and
   empty tables of the columns that it declares where there is nothing yet. #}
{% macro show_previous_tables() -%}
    {%- for node in graph.sources.values() if node.source_name in ('previous', 'scope', 'ops') -%}
        {%- set shown = api.Relation.create(database=node.database, schema=node.schema, identifier=node.identifier) -%}
        {%- set named = (node.config.meta or {}).get('relation') -%}
        {%- set table = none -%}
        {%- if named -%}
            {%- set parts = named.split('.') -%}
            {%- set table = api.Relation.create(database=node.database, schema=parts[0], identifier=parts[1]) -%}
        {%- endif -%}
        {%- do run_query("create schema if not exists " ~ shown.without_identifier()) -%}
        {%- set kind = relation_kind(shown) -%}
        {%- if table is not none and relation_kind(table) is not none -%}
            {%- if kind == 'table' -%}
                {%- do run_query("drop table " ~ shown) -%}
            {%- endif -%}
            {%- do run_query("create or replace view " ~ shown ~ " as select * from " ~ table) -%}
        {%- else -%}
            {%- if kind == 'view' and named -%}
                {%- do run_query("drop view " ~ shown) -%}
            {%- endif -%}
            {%- if kind is none or (kind == 'view' and named) -%}
                {%- set columns = [] -%}
                {%- for column in node.columns.values() -%}
                    {%- do columns.append(column.name ~ " " ~ column_type(column.data_type)) -%}
                {%- endfor -%}
                {%- do run_query("create table " ~ shown ~ " (" ~ columns | join(', ') ~ ")") -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
