{# The RAW landing tables, made where they are missing so that `dbt build` works on a fresh database; an existing
   table is never altered or dropped. This is the only definition of their columns: the Python loader renders this
   file to make the same tables, so it may use plain Jinja only. #}
{% macro create_landing_tables() %}
{% if execute %}
create schema if not exists RAW;
{% for source in ['gi', 'th'] %}
create table if not exists RAW.{{ source }}_stores (
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
{% endif %}
{% endmacro %}
