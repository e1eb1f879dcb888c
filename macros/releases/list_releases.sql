{# Print the newest releases: number, status, golden stores, when, by whom, from which commit and logic, and why.
   dbt run-operation list_releases --args '{limit: 50}' #}
{% macro list_releases(limit=20) -%}
    {%- if execute -%}
        {%- do adapter.dispatch('list_releases')(limit) -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__list_releases(limit) -%}
    {{ exceptions.raise_compiler_error("list_releases is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__list_releases(limit) -%}
    {%- set answer = lake_call('list_releases', {'limit': limit}) -%}
    {%- set lines = ["release  status        golden stores  made (UTC)        commit    logic         by          remark"] -%}
    {%- for row in answer.releases -%}
        {%- do lines.append(
            "%7d  %-12s  %13s  %-16s  %-8s  %-12s  %-10s  %s" | format(
                row.release_id,
                row.release_status,
                "-" if row.golden_stores is none else "{:,}".format(row.golden_stores),
                row.created_at[:16],
                (row.git_sha or "-")[:8],
                row.logic_version or "-",
                (row.created_by or "-")[:10],
                row.reason or ""
            )
        ) -%}
    {%- else -%}
        {%- do lines.append("none yet: dbt build publishes the first") -%}
    {%- endfor -%}
    {%- if answer.active.is_held -%}
        {%- do lines.append(
            "publishing is held since " ~ answer.active.changed_at[:16] ~ " UTC (" ~ answer.active.held_reason
            ~ "); lift it with: dbt run-operation lift_hold"
        ) -%}
    {%- endif -%}
    {%- do log(lines | join('\n'), info=true) -%}
{%- endmacro %}
