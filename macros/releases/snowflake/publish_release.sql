{# End of a run on Snowflake: publishes what it built, all or nothing, or says in one line why not. Every statement
   before the swap leaves MART as it is; the swap is the commit point; what follows it can be made up for by the next
   run (snowflake_reconcile). The steps, and what a crash after each leads to: docs/snowflake_releases.md. #}
{% macro snowflake__publish_release(results) -%}
    {%- if execute -%}
        {%- set reason = reason_not_to_publish(results) -%}
        {%- if reason -%}
            {{ return(log('nothing published: ' ~ reason, info=true)) }}
        {%- endif -%}
        {%- set active = snowflake_active_release() -%}
        {%- if active.is_held -%}
            {{ return(log('nothing published: ' ~ snowflake_held_message(active), info=true)) }}
        {%- endif -%}
        {#- Already recorded as a success: not so if anything from here on fails, or the run is killed. -#}
        {%- do snowflake_replace_outcome('success', 'publishing failed') -%}
        {%- do snowflake_check_tables_are_of_this_run() -%}
        {%- if snowflake_is_released_already(active.release_id) -%}
            {%- do snowflake_replace_outcome('publishing failed', 'success') -%}
            {{ return(log('nothing published: release ' ~ active.release_id ~ ' holds what the completed run had built', info=true)) }}
        {%- endif -%}
        {%- set run = snowflake_rows(
            'select base_release_id, gi_snapshot_id, th_snapshot_id from OPS.runs where run_id = ' ~ text_literal(invocation_id)
        )[0] -%}
        {%- set base = none if run[0] is none else run[0] | int -%}
        {%- if active.release_id != base -%}
            {{ exceptions.raise_compiler_error(
                'nothing published: release ' ~ active.release_id ~ ' became active while this run was measured against release ' ~ base
                ~ '; run dbt build again'
            ) }}
        {%- endif -%}
        {%- set tables = snowflake_tables_to_release() -%}
        {%- set compiled = snowflake_compiled_mart(results) -%}
        {%- set views, tests = snowflake_mart_views(compiled), snowflake_mart_tests(compiled) -%}
        {%- if base is not none and snowflake_is_unchanged(base, tables, views) -%}
            {#- The release that is active holds this run's result. -#}
            {%- do keep_gold_release(base) -%}
            {%- do snowflake_replace_outcome('publishing failed', 'success') -%}
            {{ return(log('nothing published: no row differs from release ' ~ base, info=true)) }}
        {%- endif -%}
        {%- set release_id = snowflake_add_candidate(results, base, run[1], run[2]) -%}
        {%- do snowflake_pin_tables(release_id, tables) -%}
        {%- set queries = snowflake_pinned_views(views, snowflake_pinned_relations(tables, release_id)) -%}
        {%- do snowflake_record_views(release_id, queries) -%}
        {%- set candidate = snowflake_build_candidate(release_id, queries) -%}
        {%- set fault = snowflake_candidate_fault(candidate, views, tests) -%}
        {%- if fault -%}
            {%- do snowflake_abandon(release_id, fault) -%}
            {{ exceptions.raise_compiler_error('nothing published: ' ~ fault ~ '; MART was not moved') }}
        {%- endif -%}
        {%- if not snowflake_claim(release_id, base) -%}
            {%- do snowflake_abandon(release_id, 'another run was first') -%}
            {{ exceptions.raise_compiler_error(
                'nothing published: another run published, rolled back or started while this one was publishing; MART was not moved'
                ~ ' by this run; run dbt build again'
            ) }}
        {%- endif -%}
        {%- do activate_release_views(
            candidate, queries, release_id if snowflake_release_mode() == 'clone_and_swap' else none
        ) -%}
        {%- do snowflake_settle(release_id, release_id) -%}
        {%- do keep_gold_release(release_id) -%}
        {%- do run_query('drop schema if exists ' ~ snowflake_schema(candidate)) -%}
        {%- do snowflake_replace_outcome('publishing failed', 'success') -%}
        {%- do log(
            'release ' ~ release_id ~ ' published: ' ~ (tables | length) ~ ' tables and ' ~ (views | length)
            ~ ' views of MART' ~ (', in place of release ' ~ base if base is not none else ''),
            info=true
        ) -%}
    {%- endif -%}
{%- endmacro %}

{# Changes the outcome of this run in OPS.runs, if it is a certain one. from_outcome, to_outcome: texts. #}
{% macro snowflake_replace_outcome(from_outcome, to_outcome) -%}
    {%- do run_query(
        'update OPS.runs set outcome = ' ~ text_literal(to_outcome) ~ ' where run_id = ' ~ text_literal(invocation_id)
        ~ ' and outcome = ' ~ text_literal(from_outcome)
    ) -%}
{%- endmacro %}

{# Ends the operation where another run began in this database while this one was building: it has undone rows of this
   one and written its own, and a release would be a mixture of both. #}
{% macro snowflake_check_tables_are_of_this_run() -%}
    {%- set running, built = scope_state('running'), scope_state('built') -%}
    {%- set owners = [running.run_id if running is not none else none, built.run_id if built is not none else none] -%}
    {%- if invocation_id not in owners and not snowflake_is_released_already(snowflake_active_release().release_id) -%}
        {{ exceptions.raise_compiler_error(
            'nothing published: run ' ~ (owners | select | first | default('(unknown)')) ~ ' began in ' ~ target.database
            ~ ' while this run was building, and its rows are among these; MART was not moved'
            ~ '\n  what to do: run dbt build again when no other run goes on'
        ) }}
    {%- endif -%}
{%- endmacro %}

{# Whether this is the retry of a run whose tables the active release holds, as where only a node failed that no release
   consists of, or the answer to the swap was lost. It has no state of its own, and nothing new to publish.
   active_id: number of the active release, none where there is none #}
{% macro snowflake_is_released_already(active_id) -%}
    {%- set running, built = scope_state('running'), scope_state('built') -%}
    {{ return(
        run_command() == 'retry' and running is none and built is not none and built.is_released
        and built.gold_release_id | string == active_id | string
    ) }}
{%- endmacro %}

{# Whether a release would show nothing that the base does not show: the same tables, each with as many rows and the
   same HASH_AGG over all columns, and the same views. #}
{% macro snowflake_is_unchanged(base, tables, views) -%}
    {%- set pinned = snowflake_pinned_tables_of(base) -%}
    {%- if pinned | list | sort != tables | map(attribute='table_name') | list | sort -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set relations = {} -%}
    {%- for table in tables -%}
        {%- do relations.update({table.relation: pinned[table.table_name]}) -%}
    {%- endfor -%}
    {%- if snowflake_pinned_views(views, relations) != snowflake_views_of(base) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set query -%}
        {%- for table in tables %}
        select
            {{ text_literal(table.table_name) }} as table_name,
            (select hash_agg(*) from {{ snowflake_schema(table.table) }}) as built_hash,
            (select hash_agg(*) from {{ pinned[table.table_name] }}) as released_hash,
            (select count(*) from {{ snowflake_schema(table.table) }}) as built_rows,
            (select count(*) from {{ pinned[table.table_name] }}) as released_rows
        {{- ' union all' if not loop.last }}
        {%- endfor -%}
    {%- endset -%}
    {%- for row in snowflake_rows(query) if row[1] != row[2] or row[3] != row[4] -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(true) }}
{%- endmacro %}

{# What each relation of a released model is replaced by in MART views: a dict from relation to SQL. #}
{% macro snowflake_pinned_relations(tables, release_id) -%}
    {%- set pinned = {} -%}
    {%- for table in tables -%}
        {%- do pinned.update({table.relation: snowflake_pinned_table(table, release_id)}) -%}
    {%- endfor -%}
    {{ return(pinned) }}
{%- endmacro %}

{# Records a release that is about to be made, before anything of it exists, and returns its number. Sent twice, because its
   answer was lost, it makes one candidate. #}
{% macro snowflake_add_candidate(results, base, gi_snapshot_id, th_snapshot_id) -%}
    {%- set outcomes = run_outcomes(results).values() | list -%}
    {%- do run_query(
        'insert into OPS.releases (release_id, release_status, base_release_id, run_id, created_at, gi_snapshot_id,'
        ~ ' th_snapshot_id, git_sha, logic_version, tests_passed, tests_warned, created_by)'
        ~ " select OPS.RELEASE_IDS.nextval, 'candidate', " ~ snowflake_number(base, 'release_id') ~ ', '
        ~ text_literal(invocation_id) ~ ', sysdate(), ' ~ text_literal(gi_snapshot_id) ~ ', '
        ~ text_literal(th_snapshot_id) ~ ', ' ~ text_literal(env_var('STORE_MATCHING_GIT_SHA', '') or none) ~ ', '
        ~ text_literal(logic_version() | trim) ~ ', ' ~ (outcomes | select('equalto', 'pass') | list | length) ~ ', '
        ~ (outcomes | select('equalto', 'warn') | list | length) ~ ', current_user()'
        ~ ' where not exists (select release_id from OPS.releases where run_id = ' ~ text_literal(invocation_id)
        ~ " and release_status = 'candidate')"
    ) -%}
    {{ return(snowflake_value(
        'select max(release_id) from OPS.releases where run_id = ' ~ text_literal(invocation_id)
        ~ " and release_status = 'candidate'"
    ) | int) }}
{%- endmacro %}

{# Records the queries of a candidate's views, and how many golden stores it has. #}
{% macro snowflake_record_views(release_id, queries) -%}
    {%- for name, query in queries.items() -%}
        {%- do run_query(
            'insert into OPS.release_views (release_id, view_name, view_sql) select ' ~ release_id ~ ', '
            ~ text_literal(name) ~ ', ' ~ text_literal(query)
        ) -%}
    {%- endfor -%}
    {%- do run_query(
        'update OPS.releases set golden_stores = (select max(row_count) from OPS.release_tables where release_id = '
        ~ release_id ~ " and table_name = 'gold.stores') where release_id = " ~ release_id
    ) -%}
{%- endmacro %}

{# The compare-and-swap: a candidate becomes the active release in OPS if the base still is, publishing is not held,
   and no other run has given the candidate up. Returns whether it did; only then may MART be moved. #}
{% macro snowflake_claim(release_id, base) -%}
    {%- do run_query(
        'update OPS.active_release set release_id = ' ~ release_id ~ ', changed_at = sysdate()'
        ~ ' where slot = 1 and not is_held and release_id is not distinct from ' ~ snowflake_number(base, 'release_id')
        ~ ' and exists (select release_id from OPS.releases where release_id = ' ~ release_id
        ~ " and release_status = 'candidate')"
    ) -%}
    {#- Numbers are given once, so that the row tells who won. -#}
    {{ return(snowflake_active_release().release_id == release_id) }}
{%- endmacro %}
