{# Let runs publish again after a rollback; the reason is recorded.
   dbt run-operation lift_hold --args '{reason: "the extract is mended"}' #}
{% macro lift_hold(reason=none) -%}
    {%- if execute -%}
        {%- do adapter.dispatch('lift_hold')(reason) -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__lift_hold(reason) -%}
    {{ exceptions.raise_compiler_error("lift_hold is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__lift_hold(reason) -%}
    {%- set answer = lake_call('lift_hold', {'reason': reason}) -%}
    {%- do log(
        "the hold is lifted: the next dbt build publishes" if answer.was_held else "publishing was not held", info=true
    ) -%}
{%- endmacro %}
