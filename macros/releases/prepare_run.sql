{# on-run-start: OPS exists, MART shows the active release, and the run's inputs are pinned: the landing tables and
   what the active release was built from. Returns SQL only where there is no lake: the empty landing tables. #}
{% macro prepare_run() -%}
    {%- if is_running() -%}
        {{ adapter.dispatch('prepare_run')() }}
    {%- endif -%}
{%- endmacro %}

{% macro default__prepare_run() -%}
    {{ exceptions.raise_compiler_error("prepare_run is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__prepare_run() -%}
    {%- set answer = lake_call('prepare_run', {'run_id': invocation_id, 'command': run_command()}) -%}
    {%- if 'without_lake' in answer -%}
        {%- do begin_scope({
            'why_all': ['there is no lake that keeps what the run before read'], 'is_without_lake': true,
            'landing_rows': 0, 'gi_snapshot_id': none, 'th_snapshot_id': none, 'base_release_id': none,
            'full_refresh_requested': none
        }) -%}
        {{ create_landing_tables() }}
    {%- else -%}
        {%- do begin_scope(answer) -%}
    {%- endif -%}
{%- endmacro %}
