{# Move MART back to a past release in one step, and hold publishing until lift_hold: the next run would publish the
   same again. Who, when and why are recorded. A release that is unknown, active, expired or half-made is refused.
   dbt run-operation rollback_release --args '{release_id: 12, reason: "phones of FR are wrong"}' #}
{% macro rollback_release(release_id=none, reason=none) -%}
    {%- if execute -%}
        {%- do adapter.dispatch('rollback_release')(release_id, reason) -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__rollback_release(release_id, reason) -%}
    {{ exceptions.raise_compiler_error("rollback_release is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__rollback_release(release_id, reason) -%}
    {%- set answer = lake_call('rollback_release', {'release_id': release_id, 'reason': reason}) -%}
    {%- do log(
        "MART shows release " ~ answer.release_id ~ " again (was " ~ answer.previous_release_id ~ "), moved in "
        ~ (answer.move_seconds * 1000) | round | int ~ " ms; publishing is held until: dbt run-operation lift_hold",
        info=true
    ) -%}
{%- endmacro %}
