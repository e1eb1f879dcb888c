{# Ends a run that would build while another one does: it would undo that run's rows as those of a dead one. A retry too: what
   it goes on with has ended. A run of the same owner (an Airflow task that is tried again) knows that its first try is dead:
   it takes over at once. Two that begin in the same moment are not kept apart here, but by publishing
   (snowflake_check_tables_are_of_this_run). #}
{% macro snowflake_refuse_second_run() -%}
    {%- if run_command() in ['build', 'run', 'retry'] -%}
        {%- set hours = snowflake_number(var('running_run_hours'), 'running_run_hours') -%}
        {%- set owner = snowflake_run_owner() -%}
        {%- for run in snowflake_lock_holders(hours) -%}
            {%- if owner is not none and run.run_owner == owner -%}
                {%- do snowflake_free_lock(run.run_id, 'taken over', 'run ' ~ invocation_id ~ ' of the same owner') -%}
                {%- do log('run ' ~ run.run_id ~ ' of ' ~ owner ~ ' has not ended: this run takes over', info=true) -%}
            {%- else -%}
                {{ exceptions.raise_compiler_error(
                    'run ' ~ run.run_id ~ ' (dbt ' ~ run.command ~ (' of ' ~ run.run_owner if run.run_owner else '') ~ ') is building in '
                    ~ target.database ~ ' since ' ~ run.started_at ~ ' UTC: two at once would mix their rows'
                    ~ "\n  what to do: wait until it has ended; if it is dead, as STORE_PUBLISHER dbt run-operation release_run_lock --args '{run_id: "
                    ~ run.run_id ~ ", reason: <why>}', then run this again;"
                    ~ '  after ' ~ hours ~ ' hours it counts as dead'
                ) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{# The runs that build in this database or died while they did, a list of dicts: run_id, command, started_at (text) and
   run_owner. Such a run has prepared itself (SCOPE.states) and has not ended (OPS.runs); at most one has.
   hours: of those alone that began less than so many ago, none for all #}
{% macro snowflake_lock_holders(hours=none) -%}
    {%- set holders = [] -%}
    {%- if relation_kind(scope_states_relation()) is not none -%}
        {%- set query -%}
            select runs.run_id, runs.command, runs.started_at, runs.run_owner
            from OPS.runs as runs
            inner join {{ scope_states_relation() }} as states on runs.run_id = states.run_id
            where states.state_name = 'running'
                and runs.finished_at is null
                and upper(runs.database_name) = upper({{ text_literal(target.database) }})
                {%- if hours is not none %}
                and runs.started_at > dateadd(hour, -{{ hours }}, sysdate())
                {%- endif %}
        {%- endset -%}
        {%- for row in snowflake_rows(query) -%}
            {%- do holders.append({
                'run_id': row[0], 'command': row[1], 'started_at': (row[2] | string)[:16], 'run_owner': row[3]
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(holders) }}
{%- endmacro %}

{# Who runs this, in words that are the same when it is tried again; none where nobody says so. #}
{% macro snowflake_run_owner() -%}
    {{ return(env_var('STORE_MATCHING_RUN_OWNER', '') or none) }}
{%- endmacro %}

{# Lets other runs begin although a run has not said that it has ended. What it wrote is undone by the next one.
   outcome, reason: recorded with the run #}
{% macro snowflake_free_lock(run_id, outcome, reason) -%}
    {%- do run_query(snowflake_freed_lock(run_id, outcome, reason)) -%}
{%- endmacro %}

{# The statement of snowflake_free_lock. #}
{% macro snowflake_freed_lock(run_id, outcome, reason) -%}
    {{ return(
        'update OPS.runs set finished_at = sysdate(), outcome = ' ~ text_literal(outcome ~ ': ' ~ reason) ~ ' where run_id = '
        ~ text_literal(run_id) ~ ' and finished_at is null'
    ) }}
{%- endmacro %}

{# Frees the lock of a dead run by hand; who, when and why stand in OPS. The run is named, because another may have taken
   the lock since somebody looked. #}
{% macro snowflake__release_run_lock(run_id, reason) -%}
    {%- if not (reason or '') | trim or not (run_id or '') | trim -%}
        {{ exceptions.raise_compiler_error(
            "release_run_lock needs the run that is dead and a reason, which is recorded:"
            ~ " dbt run-operation release_run_lock --args '{run_id: <run>, reason: <why>}'"
        ) }}
    {%- endif -%}
    {%- set holders = snowflake_lock_holders() -%}
    {%- for run in holders if run.run_id != run_id | trim -%}
        {{ exceptions.raise_compiler_error(
            'the lock is held by run ' ~ run.run_id ~ ' since ' ~ run.started_at ~ ' UTC, not by ' ~ run_id
            ~ ": nothing was changed\n  what to do: name that run, if it is the dead one"
        ) }}
    {%- endfor -%}
    {%- for run in holders -%}
        {%- do run_query(
            'begin; insert into OPS.release_events (event_id, event_name, happened_at, done_by, reason) select uuid_string(),'
            ~ " 'run_lock_released', sysdate(), current_user(), " ~ text_literal('run ' ~ run.run_id ~ ': ' ~ reason | trim)
            ~ '; ' ~ snowflake_freed_lock(run.run_id, 'lock released', reason | trim) ~ '; commit'
        ) -%}
        {%- do log(
            'the lock of run ' ~ run.run_id ~ ' (dbt ' ~ run.command ~ ', begun ' ~ run.started_at
            ~ ' UTC) is released; the next dbt build undoes what it left',
            info=true
        ) -%}
    {%- endfor -%}
    {%- if not holders -%}
        {%- do log('no run holds the lock; nothing was changed', info=true) -%}
    {%- endif -%}
{%- endmacro %}
