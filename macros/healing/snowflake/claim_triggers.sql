{# Claims on Snowflake, where OPS is ordinary tables: what due_triggers lists is claimed by this run, and what names no
   store is dead. Each update looks at the status again, so that what another run claimed meanwhile stays that run's. #}
{% macro snowflake__claim_triggers(of_scope=false) -%}
    {%- set due = scope_relation('due_triggers') -%}
    {%- do run_query("create or replace " ~ replaceable_table() ~ " " ~ due ~ " as " ~ due_triggers(of_scope)) -%}
    {%- do run_query(
        "update OPS.reprocess_triggers set trigger_status = 'dead', last_error = due.error from " ~ due ~ " as due"
        ~ " where reprocess_triggers.trigger_id = due.trigger_id and due.error is not null and trigger_status = 'pending'"
    ) -%}
    {%- for row in snowflake_rows("select error from " ~ due ~ " where error is not null order by error") -%}
        {%- do exceptions.warn("a trigger is dead: " ~ row[0]) -%}
    {%- endfor -%}
    {%- for row in snowflake_rows(
        "select trigger_status, count(*) from OPS.reprocess_triggers where trigger_status not in ('pending', 'claimed', 'consumed', 'dead')"
        ~ " group by trigger_status order by trigger_status"
    ) -%}
        {%- do exceptions.warn(
            row[1] ~ " rows of reprocess_triggers have the status '" ~ row[0] ~ "', which no run works on; set it to 'pending' to have them done"
        ) -%}
    {%- endfor -%}
    {%- set mine = " claimed_run_id = " ~ text_literal(invocation_id) -%}
    {%- set before = snowflake_value("select count(*) from OPS.reprocess_triggers where trigger_status = 'claimed' and" ~ mine) -%}
    {%- do run_query(
        "update OPS.reprocess_triggers set trigger_status = 'claimed'," ~ mine ~ ", claimed_at = sysdate()"
        ~ " where trigger_status = 'pending' and trigger_id in (select trigger_id from " ~ due ~ " where error is null)"
    ) -%}
    {%- set after = snowflake_value("select count(*) from OPS.reprocess_triggers where trigger_status = 'claimed' and" ~ mine) -%}
    {{ return(after - before) }}
{%- endmacro %}
