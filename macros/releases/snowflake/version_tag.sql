{# The two statements of Snowflake's version tags, in preview and still changing: the only place that writes them.
   Names in upper case without quotes, because the case rule is not documented; RETAIN needs AS OF. #}
{% macro snowflake_create_version_tag(table, release_id, snapshot_id) -%}
    alter iceberg table {{ snowflake_schema(table) }}
        create or replace version_tag RELEASE_{{ snowflake_number(release_id, 'release_id') }}
        as of version {{ snowflake_number(snapshot_id, 'snapshot_id') }}
        retain {{ snowflake_number(var('snowflake_release_retain_days', 90), 'snowflake_release_retain_days') }} days
{%- endmacro %}

{# Lets the snapshot of a release go. table: 'SCHEMA.TABLE' #}
{% macro snowflake_drop_version_tag(table, release_id) -%}
    alter iceberg table if exists {{ snowflake_schema(table) }}
        drop version_tag if exists RELEASE_{{ snowflake_number(release_id, 'release_id') }}
{%- endmacro %}
