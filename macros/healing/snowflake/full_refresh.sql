{# Asks for a full refresh on Snowflake: the request is a row of OPS.settings until a release has obeyed it. #}
{% macro snowflake__request_full_refresh(reason) -%}
    {%- if not reason | string | trim -%}
        {{ exceptions.raise_compiler_error("request_full_refresh needs a reason: it is recorded with the run that obeys") }}
    {%- endif -%}
    {%- set request = snowflake_value(
        "select " ~ text_literal(reason | string | trim) ~ " || ' (asked by ' || current_user() || ', '"
        ~ " || to_varchar(sysdate(), 'YYYY-MM-DD HH24:MI:SS') || ' UTC)'"
    ) -%}
    {%- do run_query(
        "begin transaction; delete from OPS.settings where setting_name = 'full_refresh_requested'; insert into OPS.settings"
        ~ " (setting_name, setting_value, changed_at) select 'full_refresh_requested', " ~ text_literal(request) ~ ", sysdate(); commit"
    ) -%}
    {{ return(request) }}
{%- endmacro %}

{# The request that waits, none where there is none. One that a release has obeyed is cleared first: its run died between
   publishing and clearing. #}
{% macro snowflake_requested_full_refresh() -%}
    {%- do run_query(
        "update OPS.settings set setting_value = '', changed_at = sysdate() where setting_name = 'full_refresh_requested'"
        ~ " and setting_value <> '' and exists (select 1 from OPS.releases inner join OPS.transformation_logs"
        ~ " on releases.run_id = transformation_logs.run_id where releases.release_status in ('active', 'superseded')"
        ~ " and contains(transformation_logs.run_reason, settings.setting_value))"
    ) -%}
    {{ return(snowflake_value(
        "select setting_value from OPS.settings where setting_name = 'full_refresh_requested' and setting_value <> ''"
    )) }}
{%- endmacro %}
