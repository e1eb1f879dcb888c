with

scanned_findings as (
    select * from {{ ref('orphan_files') }}
    where finding_class = 'gap'
),

batch_gaps as (
    select
        cast(finding_id as varchar) as finding_id,
        cast(table_name as varchar) as table_name,
        cast(source_system as varchar) as source_system,
        cast(batch_window_start as timestamp) as batch_window_start,
        cast(batch_id as varchar) as batch_id,
        cast(cause as varchar) as cause,
        cast(severity as varchar) as severity,
        cast(evidence as varchar) as evidence,
        cast(first_seen_at as timestamp) as first_seen_at,
        cast(recommended_action as varchar) as recommended_action,
        cast(table_owner as varchar) as table_owner
    from scanned_findings
)

select * from batch_gaps
