{# Ends on Snowflake what a run claimed: consumed by the release that holds its result, unless somebody has gone back
   behind that release meanwhile; else given back, and dead after too many failures of the store itself. #}
{% macro snowflake__settle_triggers(results) -%}
    {%- set state = scope_state('built') or {} -%}
    {%- set mine = " where trigger_status = 'claimed' and claimed_run_id = " ~ text_literal(invocation_id) -%}
    {%- if state.get('run_id') == invocation_id and state.get('is_released') -%}
        {%- set release_id = state.gold_release_id | int -%}
        {#- The status is looked at by the statement that writes: a rollback that comes in between would leave triggers
            consumed by a release that nobody sees. What it leaves claimed is given back below. -#}
        {%- do run_query(
            "update OPS.reprocess_triggers set trigger_status = 'consumed', consumed_at = sysdate(), consumed_run_id = "
            ~ text_literal(invocation_id) ~ ", consumed_release_id = " ~ release_id ~ mine
            ~ " and exists (select 1 from OPS.releases where releases.release_id = " ~ release_id
            ~ " and releases.release_status in ('active', 'superseded'))"
        ) -%}
        {%- set consumed = snowflake_value(
            "select count(*) from OPS.reprocess_triggers where trigger_status = 'consumed' and consumed_run_id = "
            ~ text_literal(invocation_id)
        ) -%}
        {%- if consumed -%}
            {%- do log(consumed ~ " triggers consumed", info=true) -%}
        {%- endif -%}
        {%- if state.full_refresh_requested -%}
            {#- One that came meanwhile stays. -#}
            {%- do run_query(
                "update OPS.settings set setting_value = '', changed_at = sysdate() where setting_name = 'full_refresh_requested'"
                ~ " and setting_value = " ~ text_literal(state.full_refresh_requested)
            ) -%}
        {%- endif -%}
    {%- else -%}
        {%- for store_key, what in failures_of_stores(results).items() -%}
            {%- do run_query(
                "update OPS.reprocess_triggers set attempts = attempts + 1, last_error = " ~ text_literal(what) ~ mine
                ~ " and store_key = " ~ text_literal(store_key)
            ) -%}
        {%- endfor -%}
        {%- set exhausted = mine ~ " and attempts >= " ~ (var('trigger_attempts') | int) -%}
        {%- set dead = snowflake_value("select count(*) from OPS.reprocess_triggers" ~ exhausted) -%}
        {%- do run_query("update OPS.reprocess_triggers set trigger_status = 'dead'" ~ exhausted) -%}
        {%- if dead -%}
            {%- do log(dead ~ " triggers are dead: their stores failed " ~ var('trigger_attempts') ~ " times", info=true) -%}
        {%- endif -%}
    {%- endif -%}
    {%- do run_query("update OPS.reprocess_triggers set trigger_status = 'pending', claimed_at = null, claimed_run_id = null" ~ mine) -%}
{%- endmacro %}

{# Settles, before a run claims, what runs claimed that are no longer alive: a database has one run at a time. What a
   dead run had published, and nobody went back behind, is consumed; the rest is pending.
   retried: id of the run whose claims this run takes over; none where it is no retry. #}
{% macro snowflake_settle_dead_claims(retried) -%}
    {%- set this_run = text_literal(invocation_id) -%}
    {%- if retried is not none -%}
        {%- do run_query(
            "update OPS.reprocess_triggers set claimed_run_id = " ~ this_run
            ~ " where trigger_status = 'claimed' and claimed_run_id = " ~ text_literal(retried)
        ) -%}
    {%- endif -%}
    {%- set dead = "trigger_status = 'claimed' and coalesce(claimed_run_id, '') <> " ~ this_run -%}
    {%- do run_query(
        "update OPS.reprocess_triggers set trigger_status = 'consumed', consumed_at = sysdate(), consumed_run_id = published.run_id,"
        ~ " consumed_release_id = published.release_id from (select run_id, max(release_id) as release_id from OPS.releases"
        ~ " where release_status in ('active', 'superseded') group by run_id) as published where " ~ dead
        ~ " and reprocess_triggers.claimed_run_id = published.run_id"
    ) -%}
    {%- do run_query(
        "update OPS.reprocess_triggers set trigger_status = 'pending', claimed_at = null, claimed_run_id = null where " ~ dead
    ) -%}
{%- endmacro %}
