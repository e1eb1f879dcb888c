{# Start of a run on Snowflake. A run that may publish (dbt build, and the retry of one) first brings OPS and MART
   together; others only look, so that a dbt test started by hand never stops a publisher. #}
{% macro snowflake__prepare_run() -%}
    {%- if execute -%}
        {%- for schema in ['OPS', 'MART', 'RELEASED'] -%}
            {%- do run_query('create schema if not exists ' ~ snowflake_schema(schema)) -%}
        {%- endfor -%}
        {#- The empty tables that stand for RELEASED where nothing was released are views here, from the start. Tables that
            exist are left out, because IF NOT EXISTS asks for CREATE TABLE all the same, which runs do not have. -#}
        {%- set existing = snowflake_tables_in(['RAW', 'OPS']) -%}
        {%- for statement in (create_landing_tables() ~ create_ops_tables('OPS.')).split(';') if statement | trim and 'RELEASED' not in statement -%}
            {%- set table = modules.re.search('create table if not exists ([^ ]+)', statement) -%}
            {%- if table is none or table.group(1) | upper not in existing -%}
                {%- do run_query(statement | trim) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if snowflake_value('select count(*) from OPS.active_release where slot = 1') | int == 0 -%}
            {%- do run_query(
                'insert into OPS.active_release (slot, release_id, changed_at, is_held, held_reason)'
                ~ ' select 1, null, sysdate(), false, null'
                ~ ' where not exists (select slot from OPS.active_release where slot = 1)'
            ) -%}
        {%- endif -%}
        {%- do snowflake_refuse_second_run() -%}
        {%- if run_command() in ['build', 'retry'] -%}
            {#- Numbers in rising order: MAX + 1 would give two publishers the same one, no key of Snowflake is enforced. -#}
            {%- do run_query('create sequence if not exists OPS.RELEASE_IDS start = 1 increment = 1 order') -%}
            {%- do snowflake_reconcile('its run had ended without publishing it when run ' ~ invocation_id ~ ' started') -%}
        {%- endif -%}
        {%- set base = snowflake_served_release() -%}
        {%- do snowflake_make_released_views(base) -%}
        {%- do snowflake_record_run(base) -%}
        {%- do snowflake_begin_scope(base) -%}
    {%- endif -%}
{%- endmacro %}

{# Records this run with the release that it is measured against and the RAW snapshots that it starts from. They are
   read before any model is: rows that land meanwhile count as new again in the next run, and none is missed.
   A retry goes on with what another run began, so that the base and the snapshots of that run are its own. #}
{% macro snowflake_record_run(base) -%}
    {%- set columns = 'run_id, command, started_at, database_name, run_owner, base_release_id, gi_snapshot_id, th_snapshot_id, continues_run_id' -%}
    {%- set run -%}
        {{ text_literal(invocation_id) }}, {{ text_literal(run_command()) }}, sysdate(), {{ text_literal(target.database) }},
        {{ text_literal(snowflake_run_owner()) }}
    {%- endset -%}
    {%- if run_command() == 'retry' -%}
        {%- do run_query(
            'insert into OPS.runs (' ~ columns ~ ') select ' ~ run
            ~ ', base_release_id, gi_snapshot_id, th_snapshot_id, run_id from OPS.runs'
            ~ " where command in ('build', 'retry') qualify row_number() over (order by started_at desc) = 1"
        ) -%}
    {%- else -%}
        {%- set existing = snowflake_tables_in(['RAW']) -%}
        {%- do run_query(
            'insert into OPS.runs (' ~ columns ~ ') select ' ~ run ~ ', ' ~ snowflake_number(base, 'release_id')
            ~ ', ' ~ text_literal(snowflake_raw_snapshot('RAW.GI_STORES', existing))
            ~ ', ' ~ text_literal(snowflake_raw_snapshot('RAW.TH_STORES', existing)) ~ ', null'
        ) -%}
    {%- endif -%}
{%- endmacro %}

{# What a landing table's state is found again by: its newest Iceberg snapshot, or the time (UTC) for a table that is
   not Iceberg; none where there is no table or no snapshot. A query id would do for fourteen days only.
   existing: of snowflake_tables_in #}
{% macro snowflake_raw_snapshot(table, existing) -%}
    {%- if table not in existing -%}
        {{ return(none) }}
    {%- elif existing[table].is_iceberg -%}
        {{ return(snowflake_newest_version(table)) }}
    {%- endif -%}
    {{ return(snowflake_value("select to_varchar(sysdate(), 'YYYY-MM-DD HH24:MI:SS.FF6')")) }}
{%- endmacro %}
