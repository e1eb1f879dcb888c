{# The RAW landing tables, and under the schema RELEASED the empty tables that stand for the active release where
   there is none, made where they are missing so that `dbt build` works on a fresh database; an existing table is
   never altered or dropped, and a view of the same name (a project with a lake has views) is left as it is.
   This is the only definition of their columns: the Python loader renders this file to make the same tables, so it
   may use plain Jinja only. #}
{% macro create_landing_tables() %}
{% if execute %}
{% for schema in ['RAW', 'RELEASED'] %}
create schema if not exists {{ schema }};
{% for source in ['gi', 'th'] %}
create table if not exists {{ schema }}.{{ source }}_stores (
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
{% endfor %}
{% endfor %}
{% for table in ['rejected_rows', 'ignored_values'] %}
create table if not exists RAW.{{ table }} (
    source_system varchar,
    batch_id varchar,
    source_file varchar,
    row_number bigint,
    column_name varchar,
    value varchar,
    reason varchar,
    {% if table == 'ignored_values' %}
    action varchar,
    {% endif %}
    loaded_at timestamp
);
{% endfor %}
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
    snapshot_id varchar
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
