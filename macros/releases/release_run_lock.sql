{# Let the next run begin although the one before was killed and never said that it had ended; the reason is recorded.
   Only where no process of that run is left: two at once would mix their rows.
   dbt run-operation release_run_lock --args '{run_id: "…", reason: "its machine was lost"}' #}
{% macro release_run_lock(run_id=none, reason=none) -%}
    {%- if execute -%}
        {%- do adapter.dispatch('release_run_lock')(run_id, reason) -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__release_run_lock(run_id, reason) -%}
    {{ exceptions.raise_compiler_error("release_run_lock is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__release_run_lock(run_id, reason) -%}
    {%- do log('nothing to release: on DuckDB the lock of a run is a file lock, which ends with its process', info=true) -%}
{%- endmacro %}
