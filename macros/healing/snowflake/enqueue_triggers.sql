{# Makes triggers on Snowflake of what the active release left unmatched; a mapping of release_id, found and enqueued.
   A trigger's id is made of the failure as in store_matching/healing/triggers.py: one failure makes one trigger. #}
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
    {%- set without_trigger = failures ~ " as failures where trigger_id not in (select trigger_id from OPS.reprocess_triggers)" -%}
    {%- set found = snowflake_value("select count(*) from " ~ failures ~ " as failures") -%}
    {%- set enqueued = snowflake_value("select count(*) from " ~ without_trigger) -%}
    {%- set insertion -%}
        insert into OPS.reprocess_triggers (
            trigger_id, store_key, candidate_store_key, potential_score, priority, reason, trigger_status, attempts,
            failed_logic_version, failed_input_hash, created_at, created_by, created_run_id, trigger_batch, is_request,
            failed_score, created_release_id
        )
        select
            trigger_id,
            store_key,
            free_candidate_key,
            potential_score,
            round(potential_score * 100),
            failure_cause || ': ' || coalesce(free_candidate_key, 'None') || ' could score '
            || to_varchar(cast(round(potential_score, 1) as numeric(5, 1))),
            'pending',
            0,
            logic_version,
            input_hash,
            sysdate(),
            current_user(),
            {{ text_literal(invocation_id) }},
            'release-{{ release_id }}',
            false,
            free_candidate_score,
            {{ release_id }}
        from {{ without_trigger }}
    {%- endset -%}
    {%- do run_query(insertion) -%}
    {{ return({'release_id': release_id, 'found': found, 'enqueued': enqueued}) }}
{%- endmacro %}
