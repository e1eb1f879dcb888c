{# Moves MART back to a past release in one step, with the views that it had, and holds publishing. Looks before it
   writes: a release that cannot be shown again is refused with nothing changed. #}
{% macro snowflake__rollback_release(release_id, reason) -%}
    {%- if execute -%}
        {%- set target_id = snowflake_number(release_id, 'release_id') | int -%}
        {%- if not (reason or '') | trim -%}
            {{ exceptions.raise_compiler_error(
                'rollback_release needs a reason: it is recorded, and shown while publishing is held'
            ) }}
        {%- endif -%}
        {%- do snowflake_check_restorable(target_id) -%}
        {%- do snowflake_reconcile('rollback_release to release ' ~ target_id ~ ' stopped its publisher') -%}
        {%- set served = snowflake_served_release() -%}
        {%- set candidate = snowflake_build_candidate(target_id, snowflake_views_of(target_id)) -%}
        {%- for view in snowflake_views_of(target_id) -%}
            {%- do run_query('select count(*) from ' ~ snowflake_schema(candidate) ~ '.' ~ view) -%}
        {%- endfor -%}
        {%- if not snowflake_claim_rollback(target_id, served, reason | trim) -%}
            {%- do run_query('drop schema if exists ' ~ snowflake_schema(candidate)) -%}
            {{ exceptions.raise_compiler_error(
                'release ' ~ target_id ~ ' was not made active: another run moved MART or expired the release meanwhile;'
                ~ ' look at dbt run-operation list_releases and try again'
            ) }}
        {%- endif -%}
        {%- do activate_release_views(candidate, snowflake_views_of(target_id)) -%}
        {%- do snowflake_settle(target_id, target_id) -%}
        {%- do run_query('drop schema if exists ' ~ snowflake_schema(candidate)) -%}
        {%- do log(
            'release ' ~ target_id ~ ' is active again, in place of release ' ~ served ~ '; publishing is held: '
            ~ (reason | trim) ~ "; lift it with: dbt run-operation lift_hold --args '{reason: <why>}'",
            info=true
        ) -%}
    {%- endif -%}
{%- endmacro %}

{# Stops with a clear error when MART cannot be moved to a release: unknown, active, half-made, expired, or with tables
   that can no longer be read. Reads only. #}
{% macro snowflake_check_restorable(release_id) -%}
    {%- set restorable = [] -%}
    {%- for row in snowflake_rows(
        "select release_id from OPS.releases where release_status in ('superseded', 'rolled_back') order by release_id desc"
    ) -%}
        {%- do restorable.append(row[0] | int) -%}
    {%- endfor -%}
    {%- set served = snowflake_served_release() -%}
    {%- set status = snowflake_release_status(release_id) -%}
    {%- set faults = {
        'candidate': 'is half-made: it is being written, or its publisher died while writing it',
        'abandoned': 'was given up before it was published',
        'expired': 'has expired: its tables are removed'
    } -%}
    {%- set ns = namespace(fault=none) -%}
    {%- if status is none -%}
        {%- set ns.fault = 'does not exist' -%}
    {%- elif served == release_id -%}
        {%- set ns.fault = 'is the active one already' -%}
    {%- elif status in faults -%}
        {%- set ns.fault = faults[status] -%}
    {%- else -%}
        {%- set lost = snowflake_lost_tables_of(release_id) -%}
        {%- if lost -%}
            {%- set ns.fault = 'can no longer be read: Snowflake does not keep ' ~ (lost | join(', ')) ~ ' as it was' -%}
        {%- elif not snowflake_views_of(release_id) -%}
            {%- set ns.fault = 'has no views in OPS.release_views' -%}
        {%- endif -%}
    {%- endif -%}
    {%- if ns.fault -%}
        {{ exceptions.raise_compiler_error(
            'release ' ~ release_id ~ ' ' ~ ns.fault ~ '; MART was not moved.\n  active: ' ~ served
            ~ ', can be shown again: ' ~ ((restorable | reject('equalto', served) | list)[:10] | join(', ') or 'none')
            ~ '\n  what to do: choose one that dbt run-operation list_releases shows as superseded or rolled_back'
        ) }}
    {%- endif -%}
{%- endmacro %}

{# The compare-and-swap of a rollback: names the release in OPS and holds publishing, if MART's release is still the
   active one and nobody expired the other. Returns whether it did. #}
{% macro snowflake_claim_rollback(release_id, served, reason) -%}
    {%- do run_query(
        'update OPS.active_release set release_id = ' ~ release_id ~ ', is_held = true, held_reason = '
        ~ text_literal(reason) ~ ', changed_at = sysdate() where slot = 1 and release_id is not distinct from '
        ~ snowflake_number(served, 'release_id') ~ ' and exists (select release_id from OPS.releases where release_id = '
        ~ release_id ~ " and release_status in ('superseded', 'rolled_back'))"
    ) -%}
    {{ return(snowflake_active_release().release_id == release_id) }}
{%- endmacro %}

{# Lets runs publish again, and records who, when and why. #}
{% macro snowflake__lift_hold(reason) -%}
    {%- if execute -%}
        {%- set active = snowflake_active_release() -%}
        {%- if active.is_held -%}
            {%- set transaction -%}
                begin transaction;
                insert into OPS.release_events (
                    event_id, event_name, release_id, previous_release_id, happened_at, done_by, reason
                )
                select uuid_string(), 'hold_lifted', release_id, release_id, sysdate(), current_user(), {{ text_literal(reason) }}
                from OPS.active_release
                where slot = 1 and is_held;
                update OPS.active_release set is_held = false, held_reason = null where slot = 1 and is_held;
                commit;
            {%- endset -%}
            {%- do run_query(transaction) -%}
            {%- do log('the hold on publishing is lifted; it was: ' ~ active.held_reason, info=true) -%}
        {%- else -%}
            {%- do log('publishing was not held; nothing was changed', info=true) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
