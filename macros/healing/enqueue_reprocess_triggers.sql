{# Make a pending trigger of every store that the active release left unmatched and whose potential score is above var
   trigger_potential_score; a failure that has a trigger gets no second one.
   Example: dbt run-operation enqueue_reprocess_triggers #}
{% macro enqueue_reprocess_triggers() -%}
    {%- set answer = adapter.dispatch('enqueue_reprocess_triggers')() -%}
    {%- do log(
        "release " ~ answer.release_id ~ ": " ~ answer.found ~ " unmatched stores with a potential score above "
        ~ var('trigger_potential_score') ~ ", " ~ answer.enqueued ~ " new triggers",
        info=true
    ) -%}
    {%- do print(tojson({'enqueued': answer.enqueued})) -%}
{%- endmacro %}

{% macro default__enqueue_reprocess_triggers() -%}
    {{ exceptions.raise_compiler_error("enqueue_triggers is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__enqueue_reprocess_triggers() -%}
    {{ return(lake_call(
        'enqueue_triggers', {'run_id': invocation_id, 'potential_score': var('trigger_potential_score')}
    )) }}
{%- endmacro %}
