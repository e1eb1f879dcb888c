with

scanned_findings as (
    select * from {{ ref('orphan_files') }}
    where finding_class <> 'gap'
),

diagnostics_orphan_files as (
    select
        cast(finding_id as varchar) as finding_id,
        cast(table_name as varchar) as table_name,
        cast(finding_class as varchar) as finding_class,
        cast(severity as varchar) as severity,
        cast(file_path as varchar) as file_path,
        cast(size_bytes as bigint) as size_bytes,
        cast(modified_at as timestamp) as modified_at,
        cast(source_system as varchar) as source_system,
        cast(batch_id as varchar) as batch_id,
        cast(batch_window_start as timestamp) as batch_window_start,
        cast(batch_evidence as varchar) as batch_evidence,
        cast(row_count as bigint) as row_count,
        cast(live_key_count as bigint) as live_key_count,
        cast(cause as varchar) as cause,
        cast(evidence as varchar) as evidence,
        cast(first_seen_at as timestamp) as first_seen_at,
        cast(confirmed_at as timestamp) as confirmed_at,
        cast(recommended_action as varchar) as recommended_action,
        cast(table_owner as varchar) as table_owner
    from scanned_findings
)

select * from diagnostics_orphan_files
