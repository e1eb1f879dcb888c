{# on-run-start, for commands that build: undo a run that did not end well, decide whether this run is full or covers a
   scope, and make what the models read of the run before. A retry goes on with what its run decided.
   inputs: what prepare_run learnt of the run, gi_snapshot_id and th_snapshot_id (texts), base_release_id, landing_rows
   (number of rows of both landing tables), full_refresh_requested (the request that waits), is_without_lake and why_all
   (reasons of the engine for a full run). #}
{% macro begin_scope(inputs) -%}
    {%- do show_previous_tables() -%}
    {%- if flags.WHICH in ('build', 'run') -%}
        {%- do create_scope_tables() -%}
        {%- if run_command() != 'retry' -%}
            {%- set states = scope_states_relation() -%}
            {%- set before = scope_state('built') -%}
            {%- set unfinished = scope_state('running') -%}
            {%- set reasons = (inputs.why_all or []) | list -%}
            {%- if unfinished is not none and unfinished.is_all -%}
                {%- do reasons.append("the full run before did not end well") -%}
            {%- elif unfinished is not none -%}
                {%- for unknown in undo_unfinished_run() -%}
                    {%- do reasons.append("a run that did not end well changed " ~ unknown ~ ", which the strategy scope does not write") -%}
                {%- endfor -%}
                {%- do log("run " ~ unfinished.run_id ~ " did not end well: what it wrote is undone, what it claimed is due again", info=true) -%}
            {%- endif -%}
            {%- if flags.FULL_REFRESH -%}
                {%- do reasons.append("option --full-refresh") -%}
            {%- endif -%}
            {%- if inputs.full_refresh_requested -%}
                {%- do reasons.append("it was asked for: " ~ inputs.full_refresh_requested) -%}
            {%- endif -%}
            {%- set claimed = claim_triggers() if flags.WHICH == 'build' and not inputs.is_without_lake else 0 -%}
            {%- if claimed > 0 and 2 * claimed >= run_query("select count(*) from " ~ api.Relation.create(database=target.database, schema='PREVIOUS', identifier='current_stores')).columns[0].values()[0] -%}
                {%- do reasons.append(claimed ~ " triggers are due, more than half as many as there are stores") -%}
            {%- endif -%}
            {%- set is_behind = before is not none and before.gold_release_id | string != inputs.base_release_id | string -%}
            {%- if before is none -%}
                {%- do reasons.append("nothing was built in this database yet") -%}
            {%- elif is_behind -%}
                {#- Another database published, this one was put back from a copy, or somebody went back: what lies here is
                    not what the active release was decided from. -#}
                {%- do reasons.append("release " ~ inputs.base_release_id ~ " is active, and these tables are those of release " ~ before.gold_release_id) -%}
            {%- elif before.engine_version != engine_version() -%}
                {%- do reasons.append("the tables were made by version " ~ before.engine_version ~ " of the engine, whose hashes may differ") -%}
            {%- endif -%}
            {%- set outgrown = before is none or not before.counted_rows or before.counted_logic_version is none
                or inputs.landing_rows > before.counted_rows * var('count_again_at_growth') -%}
            {%- if outgrown and before is not none -%}
                {%- do reasons.append("the landing tables hold " ~ inputs.landing_rows ~ " rows, far more than the " ~ before.counted_rows ~ " that were counted for the weights") -%}
            {%- endif -%}
            {%- set is_all = reasons | length > 0 -%}
            {#- What was counted in the course of another history would give other weights than a new database has. -#}
            {%- set counts_anew = outgrown or is_behind or (is_all and before.counted_logic_version != logic_version()) -%}
            {%- set written_version = written_logic_version() -%}
            {%- set is_all_gold = is_all or before.written_logic_version != written_version -%}
            {#- At once: a full run that did not end well is known by this row alone. -#}
            {%- do run_query(
                "begin transaction; delete from " ~ states ~ " where state_name = 'running'; delete from "
                ~ scope_relation('changed_tables') ~ "; insert into " ~ states ~ " (state_name, run_id, is_all, is_all_gold, counts_anew, reason, gi_snapshot_id, "
                ~ "th_snapshot_id, gold_release_id, engine_version, counted_logic_version, written_logic_version, counted_rows, claimed_triggers, "
                ~ "full_refresh_requested, is_released) values ('running', "
                ~ [
                    text_literal(invocation_id), is_all, is_all_gold, counts_anew,
                    text_literal(reasons | join('; ') if reasons else 'the stores of the scope'),
                    text_literal(inputs.gi_snapshot_id), text_literal(inputs.th_snapshot_id),
                    'null' if inputs.base_release_id is none else inputs.base_release_id | int,
                    text_literal(engine_version()),
                    text_literal(logic_version() if counts_anew else before.counted_logic_version),
                    text_literal(written_version),
                    (inputs.landing_rows if counts_anew else before.counted_rows) | int,
                    claimed, text_literal(inputs.full_refresh_requested), false
                ] | join(', ') ~ "); commit"
            ) -%}
            {%- if before is not none -%}
                {%- do log("scope: " ~ ("every store, because " ~ reasons | join('; ') if is_all else "stores that changed" ~ (" and those of " ~ claimed ~ " triggers" if claimed else "")), info=true) -%}
            {%- endif -%}
        {%- else -%}
            {#- Where only data tests failed, the tables are built already, and not released. -#}
            {%- set goes_on = 'running' if scope_state('running') is not none else 'built' -%}
            {#- A model whose commit took effect though its answer was lost would find nothing to change, and models behind
                it would read that nothing did. -#}
            {%- do undo_unfinished_run(again=selected_resources) -%}
            {%- do run_query(
                "update " ~ scope_states_relation() ~ " set state_name = 'running', run_id = " ~ text_literal(invocation_id)
                ~ " where state_name = '" ~ goes_on ~ "' and not is_released"
            ) -%}
            {%- if not inputs.is_without_lake -%}
                {%- do claim_triggers(of_scope=true) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The tables of the schema SCOPE, made where they are missing. A table of states of an earlier version of this project is
   made anew: the next run is then full. #}
{% macro create_scope_tables() -%}
    {%- set states = scope_states_relation() -%}
    {%- set columns = {
        'state_name': 'varchar', 'run_id': 'varchar', 'is_all': 'boolean', 'is_all_gold': 'boolean', 'counts_anew': 'boolean',
        'reason': 'varchar', 'gi_snapshot_id': 'varchar', 'th_snapshot_id': 'varchar', 'gold_release_id': 'bigint',
        'engine_version': 'varchar', 'counted_logic_version': 'varchar', 'written_logic_version': 'varchar',
        'counted_rows': 'bigint',
        'claimed_triggers': 'bigint', 'full_refresh_requested': 'varchar', 'is_released': 'boolean'
    } -%}
    {%- do run_query("create schema if not exists " ~ states.without_identifier()) -%}
    {%- if relation_kind(states) is not none -%}
        {%- set found = run_query("select * from " ~ states ~ " limit 0").column_names | map('lower') | list -%}
        {%- if columns.keys() | reject('in', found) | list | length > 0 -%}
            {%- do run_query("drop table " ~ states) -%}
        {%- endif -%}
    {%- endif -%}
    {%- set parts = [] -%}
    {%- for name, type in columns.items() -%}
        {%- do parts.append(name ~ ' ' ~ type) -%}
    {%- endfor -%}
    {%- do run_query("create table if not exists " ~ states ~ " (" ~ parts | join(', ') ~ ")") -%}
    {%- do run_query(
        "create table if not exists " ~ scope_relation('changed_tables') ~ " (table_schema varchar, table_name varchar)"
    ) -%}
{%- endmacro %}

{# A row of SCOPE.states by its name, as a mapping; none where there is none. #}
{% macro scope_state(name) -%}
    {%- set found = run_query("select * from " ~ scope_states_relation() ~ " where state_name = '" ~ name ~ "'") -%}
    {%- if found.rows | length == 0 -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set state = {} -%}
    {%- for column in found.column_names -%}
        {%- do state.update({column | lower: found.rows[0][loop.index0]}) -%}
    {%- endfor -%}
    {{ return(state) }}
{%- endmacro %}

{# Put back what the strategy `scope` changed in a run that did not end well, table by table. Each statement may be run
   again: where this is killed, the next run goes on. SCOPE can be written by whoever builds, and a publisher runs this:
   names and grain are those of the graph. Returns what SCOPE.changed_tables names beside its models; no statement does.
   again: unique ids of the only models to put back, none for all #}
{% macro undo_unfinished_run(again=none) -%}
    {%- set changed = [] -%}
    {%- for row in run_query("select distinct table_schema, table_name from " ~ scope_relation('changed_tables')).rows -%}
        {%- do changed.append((row[0] ~ '.' ~ row[1]) | lower) -%}
    {%- endfor -%}
    {%- for node in graph.nodes.values() if node.config.get('incremental_strategy') == 'scope' -%}
        {%- set name = (node.schema ~ '.' ~ node.alias) | lower -%}
        {%- if name in changed and (again is none or node.unique_id in again) -%}
            {%- set table = api.Relation.create(database=target.database, schema=node.schema, identifier=node.alias) -%}
            {%- set removed = changed_rows_relation('removed', node.schema, node.alias) -%}
            {%- set added = changed_rows_relation('added', node.schema, node.alias) -%}
            {%- set grain = node.config.meta['grain'] -%}
            {%- do run_query("delete from " ~ table ~ " where " ~ has_same_grain(table, added, grain)) -%}
            {%- do run_query("delete from " ~ table ~ " where " ~ has_same_grain(table, removed, grain)) -%}
            {%- do run_query("insert into " ~ table ~ " select * from " ~ removed) -%}
            {%- do run_query(
                "delete from " ~ scope_relation('changed_tables') ~ " where lower(table_schema || '.' || table_name) = "
                ~ text_literal(name)
            ) -%}
        {%- endif -%}
        {%- if name in changed -%}
            {%- do changed.remove(name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(changed) }}
{%- endmacro %}
