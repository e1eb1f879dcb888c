{# on-run-end: what became of every node, in OPS.transformation_logs. A failure to record stops nothing else. #}
{% macro record_run(results) -%}
    {%- if is_running() -%}
        {%- set nodes, rows = [], rows_of_nodes(results) -%}
        {%- for result in results -%}
            {%- do nodes.append({
                'node_id': result.node.unique_id,
                'resource_type': result.node.resource_type | string,
                'node_status': result.status | string,
                'seconds': result.execution_time,
                'node_message': (result.message or '')[:1000],
                'compiled_sql': result.node.compiled_code if is_part_of_mart(result.node.unique_id) else none
            }) -%}
            {%- do nodes[-1].update(rows[result.node.unique_id]) -%}
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
    {%- set scope = scope_of_run() -%}
    {%- for part in nodes | batch(500) -%}
        {%- set rows = [] -%}
        {%- for node in part -%}
            {%- do rows.append(
                "(" ~ text_literal(invocation_id) ~ ", " ~ text_literal(node.node_id) ~ ", " ~ text_literal(run_command())
                ~ ", " ~ text_literal(node.resource_type) ~ ", " ~ text_literal(node.node_status)
                ~ ", sysdate(), " ~ node.seconds ~ ", " ~ text_literal(node.node_message)
                ~ ", " ~ text_literal(env_var('STORE_MATCHING_GIT_SHA', '')) ~ ", " ~ version
                ~ ", " ~ text_literal(node.compiled_sql) ~ ", " ~ snowflake_number(node.row_count, 'row_count')
                ~ ", " ~ snowflake_number(node.removed_rows, 'removed_rows') ~ ", " ~ snowflake_number(node.added_rows, 'added_rows')
                ~ ", " ~ snowflake_number(scope.scope_stores, 'scope_stores') ~ ", " ~ text_literal(scope.run_reason) ~ ")"
            ) -%}
        {%- endfor -%}
        {%- do run_query(
            "insert into OPS.transformation_logs (run_id, node_id, command, resource_type, node_status, finished_at, "
            ~ "seconds, node_message, git_sha, logic_version, compiled_sql, row_count, removed_rows, added_rows, scope_stores, run_reason) values " ~ rows | join(', ')
        ) -%}
    {%- endfor -%}
    {%- do run_query(
        "update OPS.runs set finished_at = sysdate(), outcome = "
        ~ text_literal('success' if nodes | map(attribute='node_status') | reject('in', ['success', 'pass', 'warn', 'no-op']) | list | length == 0 else 'not everything succeeded')
        ~ " where run_id = " ~ text_literal(invocation_id)
    ) -%}
{%- endmacro %}

{# How many rows the tables of some nodes have and, where a scope wrote them, how many they lost and got: by unique id a
   mapping of row_count, removed_rows and added_rows; null where it is none. All in one query: each of its own would cost
   more than the models of a small run. results: dbt's results. #}
{% macro rows_of_nodes(results) -%}
    {%- set rows, counts = {}, [] -%}
    {%- set changed = tables_of_changed_rows() if not scope_is_all() else [] -%}
    {%- for result in results -%}
        {%- set node = result.node -%}
        {%- do rows.update({node.unique_id: {'row_count': none, 'removed_rows': none, 'added_rows': none}}) -%}
        {%- if node.resource_type == 'model' and result.status | string == 'success' and node.config.materialized in ('table', 'incremental') -%}
            {%- do counts.append([node.unique_id, 'row_count', node.relation_name]) -%}
            {%- set added = changed_rows_relation('added', node.schema, node.alias) -%}
            {%- if node.config.get('incremental_strategy') == 'scope' and added.identifier | lower in changed -%}
                {%- do counts.append([node.unique_id, 'removed_rows', changed_rows_relation('removed', node.schema, node.alias)]) -%}
                {%- do counts.append([node.unique_id, 'added_rows', added]) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if counts -%}
        {%- set selects = [] -%}
        {%- for unique_id, counted, relation in counts -%}
            {%- do selects.append("select " ~ loop.index0 ~ " as number, count(*) as row_count from " ~ relation) -%}
        {%- endfor -%}
        {%- for row in run_query(selects | join(' union all ')).rows -%}
            {%- do rows[counts[row[0] | int][0]].update({counts[row[0] | int][1]: row[1] | int}) -%}
        {%- endfor -%}
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
