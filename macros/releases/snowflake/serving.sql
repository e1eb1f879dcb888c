{# Which release MART really shows, none where it shows none. MART carries its number in a view of one row,
   ACTIVE_RELEASE, which moves with the schema: the swap is the commit point, and this view is its record. #}
{% macro snowflake_served_release() -%}
    {%- set has_record = snowflake_value(
        "select count(*) from " ~ snowflake_information_schema() ~ ".views"
        ~ " where table_schema = 'MART' and table_name = 'ACTIVE_RELEASE'"
    ) -%}
    {%- if has_record | int == 0 -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set served = snowflake_value("select release_id from " ~ snowflake_schema('MART') ~ ".ACTIVE_RELEASE") -%}
    {{ return(none if served is none else served | int) }}
{%- endmacro %}

{# The row of OPS that says which release is active and whether publishing is held: a dict with release_id, is_held,
   held_reason, changed_at. #}
{% macro snowflake_active_release() -%}
    {%- set row = snowflake_rows(
        "select release_id, is_held, held_reason, changed_at from OPS.active_release where slot = 1"
    )[0] -%}
    {{ return({
        'release_id': none if row[0] is none else row[0] | int,
        'is_held': row[1],
        'held_reason': row[2],
        'changed_at': row[3]
    }) }}
{%- endmacro %}

{# One sentence: that, since when and why publishing is held. #}
{% macro snowflake_held_message(active) -%}
    {{ return(
        'publishing is held at release ' ~ active.release_id ~ ' since ' ~ (active.changed_at | string)[:16] ~ ' UTC ('
        ~ active.held_reason ~ "); lift it with: dbt run-operation lift_hold --args '{reason: <why>}'"
    ) }}
{%- endmacro %}

{# Status of a release, none where there is no such release. #}
{% macro snowflake_release_status(release_id) -%}
    {{ return(snowflake_value(
        "select release_status from OPS.releases where release_id = " ~ snowflake_number(release_id, 'release_id')
    )) }}
{%- endmacro %}
