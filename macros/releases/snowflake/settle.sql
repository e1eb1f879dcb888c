{# Writes into OPS, in one transaction, what follows from MART showing a release: the event, the release active and
   the one before it superseded (or rolled back, if it is the newer one), triggers that only newer releases had
   consumed open again, and the active release itself if it still says what it said.
   Done twice it changes nothing the second time: whoever notices that MART has moved may finish the work.
   served: the release that MART shows
   seen: the active release according to OPS before, none where there was none #}
{% macro snowflake_settle(served, seen) -%}
    {%- set transaction -%}
        begin transaction;
        insert into OPS.release_events (
            event_id, event_name, release_id, previous_release_id, happened_at, done_by, reason
        )
        select
            uuid_string(),
            case when releases.release_status in ('candidate', 'abandoned') then 'published' else 'rolled_back' end,
            releases.release_id,
            (select max(release_id) from OPS.releases where release_status = 'active' and release_id <> {{ served }}),
            sysdate(),
            current_user(),
            case when releases.release_status in ('candidate', 'abandoned') then null else active_release.held_reason end
        from OPS.releases
        cross join OPS.active_release
        where releases.release_id = {{ served }} and releases.release_status <> 'active' and active_release.slot = 1;
        update OPS.releases
        set release_status = case when release_id > {{ served }} then 'rolled_back' else 'superseded' end,
            retired_at = sysdate()
        where release_status = 'active' and release_id <> {{ served }};
        update OPS.releases
        set reason = case when release_status = 'abandoned' then null else reason end,
            activated_at = sysdate(),
            retired_at = null,
            release_status = 'active'
        where release_id = {{ served }} and release_status <> 'active';
        update OPS.reprocess_triggers
        set trigger_status = 'pending',
            claimed_at = null,
            claimed_run_id = null,
            consumed_at = null,
            consumed_run_id = null,
            consumed_release_id = null
        where trigger_status = 'consumed' and consumed_release_id > {{ served }};
        update OPS.active_release
        set release_id = {{ served }}, changed_at = sysdate()
        where slot = 1 and release_id is not distinct from {{ seen if seen is not none else 'null' }};
        commit;
    {%- endset -%}
    {%- do run_query(transaction) -%}
    {%- do snowflake_update_ledger(served) -%}
{%- endmacro %}

{# Gives a candidate up: OPS says why, then its views and tables are removed. MART is not touched. #}
{% macro snowflake_abandon(release_id, why) -%}
    {%- do run_query(
        "update OPS.releases set release_status = 'abandoned', retired_at = sysdate(), reason = " ~ text_literal(why)
        ~ " where release_id = " ~ release_id ~ " and release_status = 'candidate'"
    ) -%}
    {%- do run_query('drop schema if exists ' ~ snowflake_schema('MART_CANDIDATE_' ~ release_id)) -%}
    {%- do snowflake_remove_tables_of(release_id) -%}
{%- endmacro %}
