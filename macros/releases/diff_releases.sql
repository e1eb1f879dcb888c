{# Print the golden stores that were gained, lost and changed from one release to another, with examples.
   dbt run-operation diff_releases --args '{from_release_id: 11, to_release_id: 12}' #}
{% macro diff_releases(from_release_id, to_release_id) -%}
    {%- if execute -%}
        {%- do adapter.dispatch('diff_releases')(from_release_id, to_release_id) -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__diff_releases(from_release_id, to_release_id) -%}
    {{ exceptions.raise_compiler_error("diff_releases is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__diff_releases(from_release_id, to_release_id) -%}
    {%- set answer = lake_call(
        'compare_releases', {'from_release_id': from_release_id, 'to_release_id': to_release_id}
    ) -%}
    {%- set lines = [
        "golden stores from release " ~ answer.from_release_id ~ " to " ~ answer.to_release_id ~ ": "
        ~ "{:,}".format(answer.gained) ~ " gained, " ~ "{:,}".format(answer.lost) ~ " lost, "
        ~ "{:,}".format(answer.changed) ~ " changed"
    ] -%}
    {%- for column, stores in answer.by_column -%}
        {%- do lines.append("  changed %-24s %9s stores" | format(column, "{:,}".format(stores))) -%}
    {%- endfor -%}
    {%- for change, gold_store_id, store_name, what in answer.examples -%}
        {%- do lines.append("  %-8s %s  %s  (%s)" | format(change, gold_store_id, store_name, what)) -%}
    {%- endfor -%}
    {%- do log(lines | join('\n'), info=true) -%}
{%- endmacro %}
