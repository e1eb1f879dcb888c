{# on-run-end: what became of every node, in OPS.transformation_logs. A failure to record stops nothing else. #}
{% macro record_run(results) -%}
    {%- if is_running() -%}
        {%- set nodes = [] -%}
        {%- for result in results -%}
            {%- do nodes.append({
                'node_id': result.node.unique_id,
                'resource_type': result.node.resource_type | string,
                'node_status': result.status | string,
                'seconds': result.execution_time,
                'node_message': (result.message or '')[:1000],
                'compiled_sql': result.node.compiled_code if is_part_of_mart(result.node.unique_id) else none
            }) -%}
            {%- do nodes[-1].update(rows_of_node(result)) -%}
        {%- endfor -%}
        {%- do adapter.dispatch('record_run')(nodes) -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__record_run(nodes) -%}
    {{ exceptions.raise_compiler_error("record_run is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__record_run(nodes) -%}
    {%- set answer = lake_call('record_run', {
        'run_id': invocation_id, 'command': run_command(), 'nodes': nodes, 'logic_version': logic_version(),
        'scope': scope_of_run()
    }) -%}
    {%- if 'warning' in answer -%}
        {%- do exceptions.warn("the run is not recorded: " ~ answer['warning']) -%}
    {%- endif -%}
{%- endmacro %}

{% macro snowflake__record_run(nodes) -%}
    {%- set version = text_literal(logic_version()) -%}
    {%- for part in nodes | batch(500) -%}
        {%- set rows = [] -%}
        {%- for node in part -%}
            {%- do rows.append(
                "(" ~ text_literal(invocation_id) ~ ", " ~ text_literal(node.node_id) ~ ", " ~ text_literal(run_command())
                ~ ", " ~ text_literal(node.resource_type) ~ ", " ~ text_literal(node.node_status)
                ~ ", sysdate(), " ~ node.seconds ~ ", " ~ text_literal(node.node_message)
                ~ ", " ~ text_literal(env_var('STORE_MATCHING_GIT_SHA', '')) ~ ", " ~ version
                ~ ", " ~ text_literal(node.compiled_sql) ~ ")"
            ) -%}
        {%- endfor -%}
        {%- do run_query(
            "insert into OPS.transformation_logs (run_id, node_id, command, resource_type, node_status, finished_at, "
            ~ "seconds, node_message, git_sha, logic_version, compiled_sql) values " ~ rows | join(', ')
        ) -%}
    {%- endfor -%}
    {%- do run_query(
        "update OPS.runs set finished_at = sysdate(), outcome = "
        ~ text_literal('success' if nodes | map(attribute='node_status') | reject('in', ['success', 'pass', 'warn', 'no-op']) | list | length == 0 else 'not everything succeeded')
        ~ " where run_id = " ~ text_literal(invocation_id)
    ) -%}
{%- endmacro %}

{# How many rows a table has and, where a scope wrote it, how many it lost and got: a mapping of row_count, removed_rows
   and added_rows; null where it is none. result: dbt's result of a node. #}
{% macro rows_of_node(result) -%}
    {%- set rows = {'row_count': none, 'removed_rows': none, 'added_rows': none} -%}
    {%- set node = result.node -%}
    {%- if node.resource_type == 'model' and result.status | string == 'success' and node.config.materialized in ('table', 'incremental') -%}
        {%- do rows.update({'row_count': run_query("select count(*) from " ~ node.relation_name).columns[0].values()[0]}) -%}
        {%- if node.config.get('incremental_strategy') == 'scope' and not scope_is_all() and relation_kind(changed_rows_relation('added', node.schema, node.alias)) is not none -%}
            {%- do rows.update({
                'removed_rows': run_query("select count(*) from " ~ changed_rows_relation('removed', node.schema, node.alias)).columns[0].values()[0],
                'added_rows': run_query("select count(*) from " ~ changed_rows_relation('added', node.schema, node.alias)).columns[0].values()[0]
            }) -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(rows) }}
{%- endmacro %}

{# What this run covered: a mapping of scope_stores (null in a full run) and run_reason. #}
{% macro scope_of_run() -%}
    {%- set reason = running_scope('reason', none) -%}
    {%- set stores = none -%}
    {%- if reason and not scope_is_all() and 'nodes' in graph and ref_by_name('stg_scope_stores') is not none -%}
        {%- set stores = run_query("select count(*) from " ~ ref_by_name('stg_scope_stores')).columns[0].values()[0] -%}
    {%- endif -%}
    {{ return({'scope_stores': stores, 'run_reason': reason or none}) }}
{%- endmacro %}
