{# What a run on Snowflake goes on from: PREVIOUS shows the landing rows that the tables were built from, where Snowflake
   still keeps them; then begin_scope decides. base: number of the active release, none where there is none. #}
{% macro snowflake_begin_scope(base) -%}
    {%- set run = snowflake_rows(
        "select gi_snapshot_id, th_snapshot_id from OPS.runs where run_id = " ~ text_literal(invocation_id)
    )[0] -%}
    {%- set states = scope_states_relation() -%}
    {%- set there = relation_kind(states) is not none -%}
    {%- if there and base is not none -%}
        {%- do snowflake_note_release_of_lost_answer(base) -%}
    {%- endif -%}
    {%- set built = scope_state('built') if there else none -%}
    {%- set running = scope_state('running') if there else none -%}
    {%- set kept = {'GI': built.gi_snapshot_id, 'TH': built.th_snapshot_id} if built is not none else {} -%}
    {%- set existing = snowflake_tables_in(['RAW', 'PREVIOUS']) -%}
    {%- set lost, as_of = [], {} -%}
    {%- for source in kept -%}
        {%- do as_of.update({source: snowflake_as_of('RAW.' ~ source ~ '_STORES', existing, kept[source])}) -%}
        {%- if as_of[source] is none -%}
            {%- do lost.append("Snowflake no longer keeps the rows of " ~ source ~ "_STORES that the tables here were built from") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do run_query("create schema if not exists " ~ snowflake_schema('PREVIOUS')) -%}
    {%- for source in ['GI', 'TH'] -%}
        {%- set name = source ~ '_STORES' -%}
        {%- if existing.get('PREVIOUS.' ~ name, {}).table_type == 'BASE TABLE' -%}
            {%- do run_query("drop table " ~ snowflake_schema('PREVIOUS') ~ "." ~ name) -%}
        {%- endif -%}
        {%- do run_query(
            "create or replace view " ~ snowflake_schema('PREVIOUS') ~ "." ~ name ~ " as select * from "
            ~ snowflake_schema('RAW') ~ "." ~ name ~ (as_of[source] if kept and not lost else " where false")
        ) -%}
    {%- endfor -%}
    {%- if run_command() in ('build', 'retry') -%}
        {%- do snowflake_settle_dead_claims(running.run_id if run_command() == 'retry' and running is not none else none) -%}
    {%- endif -%}
    {%- do begin_scope({
        'base_release_id': base, 'gi_snapshot_id': run[0], 'th_snapshot_id': run[1], 'is_without_lake': false,
        'landing_rows': snowflake_value(
            "select (select count(*) from RAW.GI_STORES) + (select count(*) from RAW.TH_STORES)"
        ) | int,
        'full_refresh_requested': snowflake_requested_full_refresh(), 'why_all': lost
    }) -%}
{%- endmacro %}

{# Where the tables here are those of the run that made the active release, says so: that run died, or lost its session,
   after it had moved MART and before it could note it. Else the next run would take the tables for those of another release
   and compute every store anew. base: number of the active release #}
{% macro snowflake_note_release_of_lost_answer(base) -%}
    {%- do run_query(
        "update " ~ scope_states_relation() ~ " set is_released = true, gold_release_id = " ~ base
        ~ " where state_name = 'built' and not is_released and run_id in (select run_id from OPS.releases where release_id = "
        ~ base ~ ")"
    ) -%}
{%- endmacro %}
