{# Makes triggers on Snowflake of what the active release left unmatched; a mapping of release_id, found and enqueued.
   A trigger's id is made of the failure as in store_matching/healing/triggers.py: one failure makes one trigger.
   By MERGE, which locks the table: of two that run at once an INSERT of what is not there yet makes each trigger twice,
   and no key of Snowflake is enforced. #}
{% macro snowflake__enqueue_reprocess_triggers() -%}
    {%- set release_id = snowflake_active_release().release_id -%}
    {%- if release_id is none -%}
        {{ exceptions.raise_compiler_error(
            "nothing is released yet: triggers are made of a release's unmatched stores; run dbt build"
        ) }}
    {%- endif -%}
    {%- set failures -%}
        (
            select
                md5(
                    store_key || '|' || coalesce(free_candidate_key, '') || '|' || coalesce(logic_version, '')
                    || '|' || coalesce(input_hash, '')
                ) as trigger_id,
                unmatched_stores.*
            from {{ snowflake_pinned_tables_of(release_id)['diagnostics.unmatched_stores'] }} as unmatched_stores
            where potential_score > {{ var('trigger_potential_score') }}
        )
    {%- endset -%}
    {%- set found = snowflake_value("select count(*) from " ~ failures ~ " as failures") -%}
    {%- set merging -%}
        merge into OPS.reprocess_triggers as triggers
        using (
            select
                trigger_id,
                store_key,
                free_candidate_key,
                potential_score,
                round(potential_score * 100) as priority,
                failure_cause || ': ' || coalesce(free_candidate_key, 'None') || ' could score '
                || to_varchar(cast(round(potential_score, 1) as numeric(5, 1))) as reason,
                logic_version,
                input_hash,
                free_candidate_score
            from {{ failures }} as failures
        ) as failed
            on triggers.trigger_id = failed.trigger_id
        when not matched then insert (
            trigger_id, store_key, candidate_store_key, potential_score, priority, reason, trigger_status, attempts,
            failed_logic_version, failed_input_hash, created_at, created_by, created_run_id, trigger_batch, is_request,
            failed_score, created_release_id
        ) values (
            failed.trigger_id,
            failed.store_key,
            failed.free_candidate_key,
            failed.potential_score,
            failed.priority,
            failed.reason,
            'pending',
            0,
            failed.logic_version,
            failed.input_hash,
            sysdate(),
            current_user(),
            {{ text_literal(invocation_id) }},
            'release-{{ release_id }}',
            false,
            failed.free_candidate_score,
            {{ release_id }}
        )
    {%- endset -%}
    {%- do run_query(merging) -%}
    {#- Counted by what this run made: another may have made some since the release was read. -#}
    {%- set enqueued = snowflake_value(
        "select count(*) from OPS.reprocess_triggers where created_run_id = " ~ text_literal(invocation_id)
    ) -%}
    {{ return({'release_id': release_id, 'found': found, 'enqueued': enqueued}) }}
{%- endmacro %}
