{# The views of the schema RELEASED, the state before this run: the landing rows that the active release was built
   from and its crosswalk; typed and empty where there is none, or where Snowflake no longer keeps the landing rows as
   they were. Then every store counts as changed: more work, never a missed change.
   base: number of the active release, none where there is none #}
{% macro snowflake_make_released_views(base) -%}
    {%- set existing = snowflake_tables_in(['RAW', 'RELEASED']) -%}
    {%- set snapshots = snowflake_rows(
        'select gi_snapshot_id, th_snapshot_id from OPS.releases where release_id = ' ~ base
    )[0] if base is not none else [none, none] -%}
    {%- for source in ['GI', 'TH'] -%}
        {%- set raw = 'RAW.' ~ source ~ '_STORES' -%}
        {%- set as_of = snowflake_as_of(raw, existing, snapshots[loop.index0]) -%}
        {%- do snowflake_make_released_view(
            source ~ '_STORES', existing,
            'select * from ' ~ snowflake_schema(raw) ~ (as_of if as_of is not none else ' where false')
        ) -%}
    {%- endfor -%}
    {%- set crosswalk = snowflake_pinned_tables_of(base).get('gold.store_crosswalk') if base is not none else none -%}
    {%- set no_rows -%}
        select * from (
            select
                {%- for column in ['source_system', 'source_store_id', 'store_key', 'gold_store_id', 'store_role'] %}
                cast(null as varchar) as {{ column }}{{ ',' if not loop.last }}
                {%- endfor %}
        ) as no_rows
        where false
    {%- endset -%}
    {%- do snowflake_make_released_view(
        'STORE_CROSSWALK', existing, 'select * from ' ~ crosswalk if crosswalk else no_rows
    ) -%}
{%- endmacro %}

{# One view of RELEASED, in place of the empty table that create_landing_tables makes there: Snowflake replaces no
   table by a view. #}
{% macro snowflake_make_released_view(name, existing, query) -%}
    {%- if existing.get('RELEASED.' ~ name, {}).table_type == 'BASE TABLE' -%}
        {%- do run_query('drop table ' ~ snowflake_schema('RELEASED') ~ '.' ~ name) -%}
    {%- endif -%}
    {%- do run_query('create or replace view ' ~ snowflake_schema('RELEASED') ~ '.' ~ name ~ ' as ' ~ query) -%}
{%- endmacro %}

{# The clause that reads a landing table as it was, none where Snowflake no longer can.
   table: 'RAW.GI_STORES'
   existing: of snowflake_tables_in
   snapshot_id: an Iceberg snapshot (digits) or a time, as snowflake_raw_snapshot gave it #}
{% macro snowflake_as_of(table, existing, snapshot_id) -%}
    {%- if snapshot_id is none or table not in existing -%}
        {{ return(none) }}
    {%- elif modules.re.fullmatch('[0-9]+', snapshot_id) -%}
        {{ return(
            ' at(version => ' ~ snapshot_id ~ ')'
            if existing[table].is_iceberg and snowflake_has_version(table, snapshot_id) else none
        ) }}
    {%- endif -%}
    {%- set moment = text_literal(snapshot_id) ~ '::timestamp_ntz' -%}
    {%- set is_kept = snowflake_value(
        'select count(*) from ' ~ snowflake_information_schema() ~ '.tables'
        ~ ' where table_schema = ' ~ text_literal(table.split('.')[0])
        ~ ' and table_name = ' ~ text_literal(table.split('.')[1])
        ~ " and is_iceberg = 'NO'"
        ~ ' and ' ~ moment ~ ' > dateadd(day, -retention_time, sysdate())'
        ~ " and " ~ moment ~ " > convert_timezone('UTC', created)::timestamp_ntz"
    ) -%}
    {{ return(' at(timestamp => ' ~ moment ~ ')' if is_kept | int > 0 else none) }}
{%- endmacro %}
