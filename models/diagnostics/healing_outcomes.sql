with

reprocess_triggers as (
    select * from {{ source('ops', 'reprocess_triggers') }}
    where trigger_status = 'consumed'
        or (trigger_status = 'claimed' and claimed_run_id = '{{ scope_run_id() }}')
),

store_matches as (
    select
        store_key,
        status,
        partner_store_key,
        match_score,
        logic_version
    from {{ ref('stg_store_matches') }}
),

store_duplicates as (
    select
        store_key,
        representative_store_key
    from {{ ref('stg_store_duplicates') }}
),

unmatched_stores as (
    select
        store_key,
        free_candidate_score
    from {{ ref('unmatched_stores') }}
),

healing_outcomes as (
    select
        cast(reprocess_triggers.trigger_id as varchar) as trigger_id,
        cast(reprocess_triggers.store_key as varchar) as store_key,
        cast(reprocess_triggers.candidate_store_key as varchar) as candidate_store_key,
        cast(case
            when store_matches.status = 'MATCHED' then 'healed'
            when store_matches.status is not null then 'still_unmatched'
            when store_duplicates.store_key is not null then 'linked_as_duplicate'
            else 'gone'
        end as varchar) as outcome,
        cast(store_matches.partner_store_key as varchar) as partner_store_key,
        cast(store_matches.partner_store_key = reprocess_triggers.candidate_store_key as boolean) as is_the_candidate,
        cast(reprocess_triggers.failed_score as double) as score_before,
        cast(reprocess_triggers.potential_score as double) as potential_score,
        cast(coalesce(store_matches.match_score, unmatched_stores.free_candidate_score) as double) as score_after,
        cast(coalesce(reprocess_triggers.is_request, false) as boolean) as is_request,
        cast(reprocess_triggers.failed_logic_version as varchar) as failed_logic_version,
        cast(store_matches.logic_version as varchar) as logic_version,
        cast(reprocess_triggers.consumed_release_id as bigint) as consumed_release_id
    from reprocess_triggers
    left join store_matches on reprocess_triggers.store_key = store_matches.store_key
    left join store_duplicates on reprocess_triggers.store_key = store_duplicates.store_key
    left join unmatched_stores on reprocess_triggers.store_key = unmatched_stores.store_key
)

select * from healing_outcomes
