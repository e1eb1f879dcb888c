{# Prints the newest releases, what MART shows and whether publishing is held. #}
{% macro snowflake__list_releases(limit) -%}
    {%- if execute -%}
        {%- set query -%}
            select
                release_id,
                release_status,
                created_at,
                activated_at,
                retired_at,
                golden_stores,
                tests_passed,
                created_by,
                reason
            from OPS.releases
            order by release_id desc
            limit {{ snowflake_number(limit, 'limit') }}
        {%- endset -%}
        {%- set line = '%7s  %-11s  %-16s  %-16s  %-16s  %8s  %6s  %-16s  %s' -%}
        {%- do print(line | format('release', 'status', 'made (UTC)', 'active from', 'until', 'stores', 'tests', 'by', 'reason')) -%}
        {%- for row in snowflake_rows(query) -%}
            {%- do print(line | format(
                row[0], row[1], (row[2] | string)[:16], ((row[3] or '-') | string)[:16], ((row[4] or '-') | string)[:16],
                row[5] if row[5] is not none else '-', row[6] if row[6] is not none else '-', row[7] or '-', row[8] or ''
            )) -%}
        {%- endfor -%}
        {%- set active = snowflake_active_release() -%}
        {%- set served = snowflake_served_release() -%}
        {%- do print('MART shows release ' ~ served ~ '.' if served is not none else 'MART shows no release.') -%}
        {%- if served != active.release_id -%}
            {%- do print('OPS names release ' ~ active.release_id ~ ': a run died between the two; the next dbt build mends it.') -%}
        {%- endif -%}
        {%- if active.is_held -%}
            {%- do print(snowflake_held_message(active)) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
