{# Removes the tables of old releases, or with dry_run only lists them. In two steps, so that a killed run is completed
   by the next one: OPS says that they have expired, from then on nobody can go back to them; then the tables go. #}
{% macro snowflake__expire_releases(keep_last, younger_than_days, retired_hours, dry_run) -%}
    {%- if execute -%}
        {%- set expirable = snowflake_expirable_releases(keep_last, younger_than_days, retired_hours) -%}
        {%- set numbers = [] -%}
        {%- for row in snowflake_rows(expirable) -%}
            {%- do numbers.append(row[0] | int) -%}
            {%- do print('release ' ~ row[0] ~ ' (' ~ row[1] ~ '), made ' ~ (row[2] | string)[:16] ~ ' UTC, retired '
                ~ (row[3] | string)[:16] ~ ' UTC') -%}
        {%- endfor -%}
        {%- if dry_run -%}
            {%- do print(
                (numbers | length) ~ ' releases would expire; nothing was changed. To expire them: dry_run: false'
            ) -%}
        {%- else -%}
            {%- set rule = 'keep_last ' ~ keep_last ~ ', younger_than_days ' ~ younger_than_days ~ ', retired_hours ' ~ retired_hours -%}
            {%- for number in numbers -%}
                {%- do snowflake_mark_expired(number, rule) -%}
            {%- endfor -%}
            {%- do snowflake_remove_leftovers() -%}
            {%- do print((numbers | length) ~ ' releases expired') -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# SQL of the releases that may expire: shown by MART once, not among the newest, old enough, and not shown lately. #}
{% macro snowflake_expirable_releases(keep_last, younger_than_days, retired_hours) -%}
    with

    shown_releases as (
        select
            release_id,
            release_status,
            created_at,
            retired_at,
            row_number() over (order by release_id desc) as age_rank
        from OPS.releases
        where release_status in ('active', 'superseded', 'rolled_back')
    )

    select
        release_id,
        release_status,
        created_at,
        retired_at
    from shown_releases
    where release_status <> 'active'
        and age_rank > {{ snowflake_number(keep_last, 'keep_last') }}
        and created_at < dateadd(hour, -24 * {{ snowflake_number(younger_than_days, 'younger_than_days') }}, sysdate())
        and retired_at < dateadd(hour, -{{ snowflake_number(retired_hours, 'retired_hours') }}, sysdate())
        and release_id not in (select release_id from OPS.active_release where release_id is not null)
    order by release_id
{%- endmacro %}

{# Marks one release as expired and records it, unless it has become the active one meanwhile. #}
{% macro snowflake_mark_expired(release_id, rule) -%}
    {%- set transaction -%}
        begin transaction;
        update OPS.releases
        set release_status = 'expired'
        where release_id = {{ release_id }}
            and release_status in ('superseded', 'rolled_back')
            and release_id not in (select release_id from OPS.active_release where release_id is not null);
        insert into OPS.release_events (event_id, event_name, release_id, happened_at, done_by, reason)
        select uuid_string(), 'expired', release_id, sysdate(), current_user(), {{ text_literal(rule) }}
        from OPS.releases
        where release_id = {{ release_id }}
            and release_status = 'expired'
            and release_id not in (select release_id from OPS.release_events where event_name = 'expired' and release_id is not null);
        commit;
    {%- endset -%}
    {%- do run_query(transaction) -%}
{%- endmacro %}
