{# Brings OPS and MART together after a run that died, and stops a publisher that still lives. MART decides, because
   its swap is the commit point. The order is what makes it safe beside a living publisher:
   1. candidates are given up in OPS: none of them passes the compare-and-swap any more
   2. schemas of candidates are removed: one that had passed it can no longer be swapped in
   3. what MART shows now cannot change behind our back, and OPS follows it
   4. tables of releases that MART never showed are removed
   why: recorded with the releases that are given up #}
{% macro snowflake_reconcile(why) -%}
    {%- set seen = snowflake_active_release().release_id -%}
    {%- do run_query(
        "update OPS.releases set release_status = 'abandoned', retired_at = sysdate(), reason = " ~ text_literal(why)
        ~ " where release_status = 'candidate'"
    ) -%}
    {%- for row in snowflake_rows(
        "select schema_name from " ~ snowflake_information_schema() ~ ".schemata"
        ~ " where startswith(schema_name, 'MART_CANDIDATE_') order by schema_name"
    ) if modules.re.fullmatch('MART_CANDIDATE_[0-9]+', row[0]) -%}
        {%- do run_query('drop schema if exists ' ~ snowflake_schema(row[0])) -%}
    {%- endfor -%}
    {%- set served = snowflake_served_release() -%}
    {%- if served is none and seen is not none -%}
        {%- do snowflake_make_up_for_missing_mart(seen) -%}
    {%- elif served is not none -%}
        {%- if served != seen or snowflake_release_status(served) != 'active' -%}
            {%- do snowflake_settle(served, seen) -%}
            {%- do log('OPS now says what MART shows: release ' ~ served, info=true) -%}
        {%- else -%}
            {%- do snowflake_update_ledger(served) -%}
        {%- endif -%}
    {%- endif -%}
    {%- do snowflake_remove_leftovers() -%}
{%- endmacro %}

{# OPS names an active release, MART shows none. If MART had shown it, somebody removed or made MART anew, and its
   views are made again; if not, the run died before its swap, and no release is active. #}
{% macro snowflake_make_up_for_missing_mart(seen) -%}
    {%- if snowflake_release_status(seen) == 'active' -%}
        {%- do activate_release_views(snowflake_build_candidate(seen, snowflake_views_of(seen)), snowflake_views_of(seen)) -%}
        {%- do run_query('drop schema if exists ' ~ snowflake_schema('MART_CANDIDATE_' ~ seen)) -%}
        {%- do log('MART was empty and shows release ' ~ seen ~ ' again', info=true) -%}
    {%- else -%}
        {%- do run_query(
            'update OPS.active_release set release_id = null, changed_at = sysdate()'
            ~ ' where slot = 1 and release_id is not distinct from ' ~ seen
        ) -%}
    {%- endif -%}
{%- endmacro %}

{# Removes the schemas RELEASE_<n> and the tags of releases that were given up or have expired, and what OPS knows of them. #}
{% macro snowflake_remove_leftovers() -%}
    {%- set query -%}
        select releases.release_id
        from OPS.releases
        left join {{ snowflake_information_schema() }}.schemata as schemata
            on schemata.schema_name = 'RELEASE_' || releases.release_id
        left join (
            select release_id
            from OPS.release_tables
            union
            select release_id
            from OPS.release_views
        ) as recorded on releases.release_id = recorded.release_id
        where releases.release_status in ('abandoned', 'expired')
            and (schemata.schema_name is not null or recorded.release_id is not null)
        order by releases.release_id
    {%- endset -%}
    {%- for row in snowflake_rows(query) -%}
        {%- do snowflake_remove_tables_of(row[0] | int) -%}
    {%- endfor -%}
{%- endmacro %}

{# Removes what a release that was given up or has expired keeps, then what OPS knows of it: in this order, so that a killed
   run leaves what the next one finds it by. #}
{% macro snowflake_remove_tables_of(release_id) -%}
    {%- do snowflake_unpin_tables(release_id) -%}
    {%- do run_query('delete from OPS.release_views where release_id = ' ~ release_id) -%}
    {%- do run_query('delete from OPS.release_tables where release_id = ' ~ release_id) -%}
{%- endmacro %}

{# The stored queries of a release's MART views, a dict from name to SQL. #}
{% macro snowflake_views_of(release_id) -%}
    {%- set queries = {} -%}
    {%- for row in snowflake_rows(
        'select view_name, view_sql from OPS.release_views where release_id = '
        ~ snowflake_number(release_id, 'release_id') ~ ' order by view_name'
    ) -%}
        {%- do queries.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(queries) }}
{%- endmacro %}
