{# Ask the package on DuckDB: runs one action of store_matching/dbt_lake/actions.py in dbt's process and returns its
   result. An error of the package stops the operation with its own words.
   Example: {% set answer = lake_call('list_releases', {'limit': 5}) %} #}
{% macro lake_call(action, arguments) %}
    {%- set known = run_query(
        "select count(*) as functions from duckdb_functions() where function_name = 'store_matching_lake'"
    ) -%}
    {%- if known.columns[0].values()[0] == 0 -%}
        {{ exceptions.raise_compiler_error(
            "profiles.yml does not name the plugin of this project, by which dbt reaches the lake.\n"
            ~ "  what to do: copy module_paths and plugins of the target duckdb from profiles.example.yml"
        ) }}
    {%- endif -%}
    {%- set sql = "select store_matching_lake(" ~ text_literal(action) ~ ", " ~ text_literal(tojson(arguments))
        ~ ") as answer" -%}
    {%- set answer = fromjson(run_query(sql).columns[0].values()[0]) -%}
    {%- if 'error' in answer -%}
        {{ exceptions.raise_compiler_error(answer['error']) }}
    {%- endif -%}
    {%- if 'without_lake' in answer and action not in ('prepare_run', 'record_run', 'publish_run', 'earlier_outcomes') -%}
        {{ exceptions.raise_compiler_error(
            "there is no lake here (STORE_MATCHING_LAKE=none): releases are kept in one\n"
            ~ "  what to do: name its root with STORE_MATCHING_LAKE"
        ) }}
    {%- endif -%}
    {{ return(answer) }}
{% endmacro %}
