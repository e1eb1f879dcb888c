{# Made by scripts/generate_table_macros.py from contracts/ops.yml: change the contract, not this file.
   The OPS tables, made where they are missing; an existing table is never dropped; columns that a later version
   adds stand last and may be null, and the OPS store adds them to a table it finds without. `store_matching.ops`
   renders this file for SQLite, so it may use plain Jinja only.
   prefix: what stands before a table's name, 'OPS.' on Snowflake and nothing in SQLite. #}
{% macro create_ops_tables(prefix='OPS.') %}
create table if not exists {{ prefix }}releases (
    release_id bigint not null primary key,
    release_status varchar not null,
    base_release_id bigint,
    run_id varchar not null,
    created_at timestamp not null,
    activated_at timestamp,
    retired_at timestamp,
    gi_snapshot_id varchar,
    th_snapshot_id varchar,
    git_sha varchar,
    logic_version varchar,
    tests_passed bigint,
    tests_warned bigint,
    golden_stores bigint,
    created_by varchar,
    reason varchar
);
create table if not exists {{ prefix }}release_tables (
    release_id bigint not null,
    table_name varchar not null,
    snapshot_id varchar not null,
    metadata_location varchar,
    row_count bigint not null,
    content_digest varchar,
    files_written bigint,
    bytes_written bigint,
    primary key (release_id, table_name)
);
create table if not exists {{ prefix }}release_views (
    release_id bigint not null,
    view_name varchar not null,
    view_sql varchar not null,
    primary key (release_id, view_name)
);
create table if not exists {{ prefix }}release_events (
    event_id varchar not null primary key,
    event_name varchar not null,
    release_id bigint,
    previous_release_id bigint,
    happened_at timestamp not null,
    done_by varchar,
    reason varchar
);
create table if not exists {{ prefix }}active_release (
    slot bigint not null primary key,
    release_id bigint,
    changed_at timestamp not null,
    is_held boolean not null,
    held_reason varchar
);
create table if not exists {{ prefix }}gold_store_ids (
    gold_store_id varchar not null primary key,
    first_store_key varchar not null,
    first_release_id bigint not null,
    first_released_at timestamp not null,
    gi_store_id varchar,
    th_store_id varchar,
    last_release_id bigint not null,
    retired_by_release_id bigint,
    successor_gold_store_id varchar
);
create table if not exists {{ prefix }}reprocess_triggers (
    trigger_id varchar not null primary key,
    store_key varchar not null,
    candidate_store_key varchar,
    potential_score double,
    priority bigint,
    reason varchar,
    trigger_status varchar not null,
    attempts bigint not null,
    failed_logic_version varchar,
    failed_input_hash varchar,
    created_at timestamp not null,
    created_by varchar,
    created_run_id varchar,
    claimed_at timestamp,
    claimed_run_id varchar,
    consumed_at timestamp,
    consumed_run_id varchar,
    consumed_release_id bigint,
    last_error varchar,
    trigger_batch varchar,
    is_request boolean,
    failed_score double,
    created_release_id bigint
);
create table if not exists {{ prefix }}reload_requests (
    request_id varchar not null primary key,
    source_system varchar not null,
    batch_window_start timestamp not null,
    reason varchar,
    request_status varchar not null,
    requested_at timestamp not null,
    requested_by varchar,
    fulfilled_at timestamp,
    fulfilled_batch_id varchar
);
create table if not exists {{ prefix }}transformation_logs (
    run_id varchar not null,
    node_id varchar not null,
    command varchar not null,
    resource_type varchar not null,
    node_status varchar not null,
    finished_at timestamp not null,
    seconds double,
    node_message varchar,
    compiled_sql varchar,
    git_sha varchar,
    logic_version varchar,
    release_id bigint,
    row_count bigint,
    removed_rows bigint,
    added_rows bigint,
    scope_stores bigint,
    run_reason varchar,
    primary key (run_id, node_id)
);
create table if not exists {{ prefix }}runs (
    run_id varchar not null primary key,
    command varchar not null,
    started_at timestamp not null,
    finished_at timestamp,
    database_name varchar,
    base_release_id bigint,
    gi_snapshot_id varchar,
    th_snapshot_id varchar,
    continues_run_id varchar,
    outcome varchar,
    run_owner varchar
);
create table if not exists {{ prefix }}sentinel_findings (
    finding_id varchar not null primary key,
    table_name varchar not null,
    finding_class varchar not null,
    file_path varchar,
    batch_id varchar,
    batch_window_start timestamp,
    severity varchar,
    evidence varchar,
    first_seen_at timestamp not null,
    confirmed_at timestamp,
    recommended_action varchar,
    action_taken varchar,
    action_taken_at timestamp,
    action_taken_by varchar,
    source_system varchar,
    table_owner varchar,
    cause varchar,
    size_bytes bigint,
    modified_at timestamp,
    batch_evidence varchar,
    row_count bigint,
    live_key_count bigint,
    last_seen_at timestamp,
    resolved_at timestamp,
    resolution varchar,
    alerted_at timestamp,
    alerted_as varchar,
    class_seen_at timestamp,
    duplicate_at_snapshot bigint,
    sending_at timestamp,
    sending_as varchar
);
create table if not exists {{ prefix }}match_labels (
    label_id varchar not null primary key,
    gi_store_key varchar not null,
    th_store_key varchar not null,
    decision varchar not null,
    decided_by varchar not null,
    decided_at timestamp not null,
    reason varchar
);
create table if not exists {{ prefix }}settings (
    setting_name varchar not null primary key,
    setting_value varchar,
    changed_at timestamp not null
);
{% endmacro %}
