{# Made by scripts/generate_table_macros.py from contracts/raw.yml and released.yml: change them, not this file.
   The RAW landing tables, and under the schema RELEASED the empty tables that stand for the active release where
   there is none, made where they are missing so that `dbt build` works on a fresh database; an existing table is
   never altered or dropped, and a view of the same name (a project with a lake has views) is left as it is.
   The Python loader renders this file to make the same tables, so it may use plain Jinja only. #}
{% macro create_landing_tables() %}
{% if execute %}
create schema if not exists RAW;
create table if not exists RAW.gi_stores (
    store_id varchar,
    store_name varchar,
    address varchar,
    postcode varchar,
    city varchar,
    region varchar,
    country_code varchar,
    latitude double,
    longitude double,
    phone varchar,
    website varchar,
    category varchar,
    updated_at timestamp,
    is_deleted boolean,
    batch_id varchar,
    batch_window_start timestamp,
    loaded_at timestamp
);
create table if not exists RAW.th_stores (
    store_id varchar,
    store_name varchar,
    address varchar,
    postcode varchar,
    city varchar,
    region varchar,
    country_code varchar,
    latitude double,
    longitude double,
    phone varchar,
    website varchar,
    category varchar,
    updated_at timestamp,
    is_deleted boolean,
    batch_id varchar,
    batch_window_start timestamp,
    loaded_at timestamp
);
create table if not exists RAW.rejected_rows (
    source_system varchar,
    batch_id varchar,
    source_file varchar,
    row_number bigint,
    column_name varchar,
    value varchar,
    reason varchar,
    loaded_at timestamp
);
create table if not exists RAW.ignored_values (
    source_system varchar,
    batch_id varchar,
    source_file varchar,
    row_number bigint,
    column_name varchar,
    value varchar,
    reason varchar,
    action varchar,
    loaded_at timestamp
);
create table if not exists RAW.batches (
    source_system varchar,
    batch_id varchar,
    batch_window_start timestamp,
    source_file varchar,
    row_count bigint,
    rejected_count bigint,
    attempt integer,
    load_id varchar,
    committed_at timestamp,
    snapshot_id varchar,
    kind varchar,
    content_digest varchar
);
create schema if not exists RELEASED;
create table if not exists RELEASED.gi_stores (
    store_id varchar,
    store_name varchar,
    address varchar,
    postcode varchar,
    city varchar,
    region varchar,
    country_code varchar,
    latitude double,
    longitude double,
    phone varchar,
    website varchar,
    category varchar,
    updated_at timestamp,
    is_deleted boolean,
    batch_id varchar,
    batch_window_start timestamp,
    loaded_at timestamp
);
create table if not exists RELEASED.th_stores (
    store_id varchar,
    store_name varchar,
    address varchar,
    postcode varchar,
    city varchar,
    region varchar,
    country_code varchar,
    latitude double,
    longitude double,
    phone varchar,
    website varchar,
    category varchar,
    updated_at timestamp,
    is_deleted boolean,
    batch_id varchar,
    batch_window_start timestamp,
    loaded_at timestamp
);
create table if not exists RELEASED.store_crosswalk (
    source_system varchar,
    source_store_id varchar,
    store_key varchar,
    gold_store_id varchar,
    store_role varchar
);
{% endif %}
{% endmacro %}
