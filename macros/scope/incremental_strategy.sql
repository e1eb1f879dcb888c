{# The incremental strategy `scope`: of the rows that the scope covers, those that are no longer so are deleted and those
   that are new are inserted, in one transaction; rows that are as before stay untouched. That the table is about to change
   is recorded before, in a commit of its own: see in_one_transaction.
   What was deleted and inserted is kept in SCOPE.removed_<table> and SCOPE.added_<table> (changed_rows_relation) until the next run: models behind
   read there what changed, and a run that did not end well is undone from there (undo_unfinished_run).
   The model's meta says which rows it covers: `grain`, the columns that tell its rows apart, and `scope_of`,
   {relation: a scope model, columns: {its own column: column of the scope model}}, or nothing for all its rows. #}
{% macro get_incremental_scope_sql(arguments) -%}
    {%- set target = arguments.target_relation -%}
    {%- set computed = arguments.temp_relation -%}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
    {%- set meta = config.get('meta') -%}
    {%- set covered -%}
        select {{ columns }} from {{ target }} as target
        {%- set covers_all = gold_scope_is_all() if meta.get('scope') == 'gold' else scope_is_all() %}
        {%- if meta.get('scope_of') and not covers_all %}
        {#- By the graph, not by `ref`: a model that reads the scope by way of another need not name it. #}
        {%- set scope = graph.nodes['model.' ~ model.package_name ~ '.' ~ meta['scope_of']['relation']].relation_name %}
        where {{ is_in_scope('target', scope, meta['scope_of']['columns']) }}
        {%- endif %}
    {%- endset -%}
    {%- set removed = changed_rows_relation('removed', target.schema, target.identifier) -%}
    {%- set added = changed_rows_relation('added', target.schema, target.identifier) -%}
    {%- set written -%}
    delete from {{ target }} where {{ has_same_grain(target, removed, meta['grain']) }};
    insert into {{ target }} ({{ columns }}) select {{ columns }} from {{ added }}
    {%- endset -%}
    {#- The rows that are covered are kept first: the table is read once. #}
    create or replace {{ replaceable_table() }} {{ removed }} as {{ covered }};
    create or replace {{ replaceable_table() }} {{ added }} as
        select {{ columns }} from {{ computed }}
        except
        select {{ columns }} from {{ removed }};
    create or replace {{ replaceable_table() }} {{ removed }} as
        select {{ columns }} from {{ removed }}
        except
        select {{ columns }} from {{ computed }};
    insert into {{ scope_relation('changed_tables') }} (table_schema, table_name)
        values ('{{ target.schema }}', '{{ target.identifier }}');
    {{ in_one_transaction(written) }}
{%- endmacro %}

{# What a table is called that the next run makes anew: on Snowflake a transient one, without fail-safe to pay for. #}
{% macro replaceable_table() -%}
    {{ return('transient table' if adapter.type() == 'snowflake' else 'table') }}
{%- endmacro %}

{# Whether a row of a table is, by its grain, one of another relation: a condition for a delete.
   target: relation of the rows; other: relation with the same columns; grain: names of the columns. #}
{% macro has_same_grain(target, other, grain) -%}
    exists (
        select 1
        from {{ other }} as other
        where
            {%- for column in grain %}
            {{ 'and ' if not loop.first }}other.{{ column }} = {{ target }}.{{ column }}
            {%- endfor %}
    )
{%- endmacro %}

{# A relation of the schema SCOPE, where a run keeps what it covers and what it changed. #}
{% macro scope_relation(name) -%}
    {{ return(api.Relation.create(database=target.database, schema='SCOPE', identifier=name)) }}
{%- endmacro %}

{# Where the strategy `scope` keeps the rows that it removed from a table or added to it. change: removed or added; a table
   of another schema than STAGING has the schema in its name, for both have a table `stores`. #}
{% macro changed_rows_relation(change, schema, table) -%}
    {{ return(scope_relation(change ~ '_' ~ ('' if schema | upper == 'STAGING' else schema | lower ~ '_') ~ table)) }}
{%- endmacro %}

{# Names, in small letters, of the tables that keep removed and added rows. #}
{% macro tables_of_changed_rows() -%}
    {%- set found = run_query(
        "select lower(table_name) from information_schema.tables where lower(table_schema) = 'scope' and lower(table_catalog) = "
        ~ text_literal(target.database | lower)
    ) -%}
    {{ return(found.columns[0].values() | list) }}
{%- endmacro %}

{# One row for the run whose result the tables hold ('built') and one for a run that has not ended well ('running'). #}
{% macro scope_states_relation() -%}
    {{ return(scope_relation('states')) }}
{%- endmacro %}
