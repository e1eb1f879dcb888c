{# A view of MART: it shows the active release and nothing else. A run does not change what it shows: it makes an
   empty, typed view where there is none, and where the contract has changed it shows the old release by the new
   columns (null where the release lacks one). Publishing and rolling back render the pinned view. #}
{% materialization pinned_view, default -%}
    {%- set relation = this.incorporate(type='view') -%}
    {%- set columns = model.columns.values() | list -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {#- The query is checked against the contract although it is not what the view shows yet. -#}
    {%- do get_assert_columns_equivalent(compiled_code) -%}
    {%- set there = existing_view_columns(relation) -%}
    {%- if there and there != (columns | map(attribute='name') | map('lower') | list) -%}
        {%- do show_by_new_columns(this.identifier, columns) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {%- if there -%}
            select 1 as view_stays_as_it_is
        {%- else -%}
            create view {{ relation }} as select * from ({{ get_empty_schema_sql(model.columns) }}) as typed where false
        {%- endif -%}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}
{%- endmaterialization %}

{# Names of a view's columns, in small letters; empty where there is no view. On DuckDB dbt's cache does not know
   the views that the plugin made when the run began. #}
{% macro existing_view_columns(relation) -%}
    {{ return(adapter.dispatch('existing_view_columns')(relation)) }}
{%- endmacro %}

{% macro default__existing_view_columns(relation) -%}
    {%- set known = load_cached_relation(relation) -%}
    {%- if known is none -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(adapter.get_columns_in_relation(known) | map(attribute='name') | map('lower') | list) }}
{%- endmacro %}

{% macro duckdb__existing_view_columns(relation) -%}
    {{ return(adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list) }}
{%- endmacro %}

{# Let a MART view show the active release by the columns of a changed contract, until a release has them. On
   Snowflake the view stays as it is until the schema is swapped. #}
{% macro show_by_new_columns(view_name, columns) -%}
    {%- do adapter.dispatch('show_by_new_columns')(view_name, columns) -%}
{%- endmacro %}

{% macro default__show_by_new_columns(view_name, columns) -%}
{%- endmacro %}

{% macro duckdb__show_by_new_columns(view_name, columns) -%}
    {%- set typed = [] -%}
    {%- for column in columns -%}
        {%- do typed.append([column.name, column.data_type]) -%}
    {%- endfor -%}
    {%- do lake_call('show_by_new_columns', {'view_name': view_name, 'columns': typed}) -%}
{%- endmacro %}
