{# on-run-end, after publishing: what the run claimed is consumed by the release that contains its stores, or given back.
   results: dbt's results. #}
{% macro settle_triggers(results) -%}
    {%- if is_running() and run_command() in ('build', 'retry') -%}
        {%- do adapter.dispatch('settle_triggers')(results) -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__settle_triggers(results) -%}
{%- endmacro %}

{% macro duckdb__settle_triggers(results) -%}
    {%- set state = scope_state('built') or {} -%}
    {%- set is_released = state.get('run_id') == invocation_id and state.get('is_released') -%}
    {%- set failures = {} if is_released else failures_of_stores(results) -%}
    {%- set answer = lake_call('settle_triggers', {
        'run_id': invocation_id, 'release_id': state.get('gold_release_id') if is_released else none, 'failures': failures,
        'most_attempts': var('trigger_attempts'), 'full_refresh': state.get('full_refresh_requested')
    }) if lake_is_there() else {} -%}
    {%- if answer.get('consumed') -%}
        {%- do log(answer.consumed ~ " triggers consumed", info=true) -%}
    {%- elif answer.get('dead') -%}
        {%- do log(answer.dead ~ " triggers are dead: their stores failed " ~ var('trigger_attempts') ~ " times", info=true) -%}
    {%- endif -%}
{%- endmacro %}

{# Which claimed stores failed themselves: those that rows of a failed data test name. By store key, what failed. Other
   failures (a lock, a wrong setting, another store) are not the store's. results: dbt's results. #}
{% macro failures_of_stores(results) -%}
    {%- set failures = {} -%}
    {%- set columns = {
        'store_key': 'found.store_key', 'gi_store_key': 'found.gi_store_key', 'th_store_key': 'found.th_store_key',
        'leading_store_key': 'found.leading_store_key'
    } -%}
    {%- set numbers = ['store_number', 'gi_store_number', 'th_store_number'] -%}
    {%- for result in results if ref_by_name('stg_scope_stores') and result.node.resource_type == 'test' and result.status | string == 'fail' and result.node.compiled_code -%}
        {%- set found = run_query("select * from (" ~ result.node.compiled_code ~ ") as found limit 0").column_names | map('lower') | list -%}
        {%- for column in found if column in columns or column in numbers -%}
            {%- set keys = run_query(
                "select distinct claimed.store_key from (" ~ result.node.compiled_code ~ ") as found inner join "
                ~ "(select store_key, store_number from " ~ ref_by_name('stg_scope_stores') ~ ") as claimed on "
                ~ ("claimed.store_number = found." if column in numbers else "claimed.store_key = found.") ~ column
            ) -%}
            {%- for key in keys.columns[0].values() -%}
                {%- do failures.update({key: "data test " ~ result.node.name ~ " failed for it"}) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(failures) }}
{%- endmacro %}

{# The relation of a model, by the graph: for hooks, which cannot `ref`. None in a project without the model. #}
{% macro ref_by_name(name) -%}
    {%- set node = graph.nodes.get('model.' ~ project_name ~ '.' ~ name) -%}
    {{ return(node.relation_name if node else none) }}
{%- endmacro %}

{# Whether there is a lake (DuckDB): without one there is no OPS either. #}
{% macro lake_is_there() -%}
    {{ return('without_lake' not in lake_call('earlier_outcomes', {'run_id': invocation_id})) }}
{%- endmacro %}
