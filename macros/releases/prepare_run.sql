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
        {{ create_landing_tables() }}
    {%- endif -%}
{%- endmacro %}
