{# Whether this run computes every store anew; else its models compute the rows of its scope alone. Decided once per run
   by begin_scope, and told by SCOPE.states. Commands that build nothing, and unit tests, see the SQL of a full run; a
   unit test of a scoped run says `overrides: {macros: {scope_is_all: false}}`.
   While dbt parses it is false, so that the scope models count among the inputs. #}
{% macro scope_is_all() -%}
    {%- if model is defined and model.resource_type | string == 'unit_test' -%}
        {{ return(true) }}
    {%- elif not execute -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(running_scope('is_all', true)) }}
{%- endmacro %}

{# Whether the golden ids, GOLD and the diagnostics of stores are computed anew for every store: in a full run, and where
   what is made of the decisions changed (written_logic_version). #}
{% macro gold_scope_is_all() -%}
    {%- if model is defined and model.resource_type | string == 'unit_test' -%}
        {{ return(true) }}
    {%- elif not execute -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(running_scope('is_all_gold', true)) }}
{%- endmacro %}

{# Whether the stores of names, tokens, phones and domains are counted in this run: once per logic version, by a full
   run, and again when the number of landing rows has outgrown the count. #}
{% macro counts_are_due() -%}
    {%- if model is defined and model.resource_type | string == 'unit_test' -%}
        {{ return(true) }}
    {%- elif not execute -%}
        {{ return(true) }}
    {%- endif -%}
    {{ return(running_scope('counts_anew', true)) }}
{%- endmacro %}

{# The run that goes on, as it stands on what it claimed; empty where none does. #}
{% macro scope_run_id() -%}
    {{ return(invocation_id if execute and is_running() else '') }}
{%- endmacro %}

{# A column of the run that goes on, of SCOPE.states; `otherwise` where none does. Commands that only render the SQL show
   that of a full run, or with `--vars 'show_scoped_sql: true'` that of a scope. #}
{% macro running_scope(column, otherwise) -%}
    {%- if not is_running() -%}
        {{ return(otherwise and not var('show_scoped_sql')) }}
    {%- endif -%}
    {%- set states = scope_states_relation() -%}
    {%- if relation_kind(states) is none -%}
        {{ return(otherwise) }}
    {%- endif -%}
    {%- set found = run_query("select " ~ column ~ " from " ~ states ~ " where state_name = 'running'") -%}
    {{ return(found.columns[0].values()[0] if found.rows | length else otherwise) }}
{%- endmacro %}

{# Whether there are stores that another version of the logic cleaned: after a change of logic, until a full run. Only then
   a scope looks for its neighbours. #}
{% macro stale_stores_exist() -%}
    {%- if scope_is_all() and execute -%}
        {{ return(false) }}
    {%- elif not execute or not is_running() -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set stale = run_query(
        "select count(*) from (select 1 from " ~ api.Relation.create(database=target.database, schema='PREVIOUS', identifier='stores')
        ~ " where logic_version <> " ~ text_literal(logic_version()) ~ " limit 1) as stale"
    ) -%}
    {{ return(stale.columns[0].values()[0] > 0) }}
{%- endmacro %}
