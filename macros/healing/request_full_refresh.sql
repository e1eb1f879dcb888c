{# Ask for a full refresh: the next `dbt build` computes every store anew, and its release clears the request.
   reason: recorded. Example: dbt run-operation request_full_refresh --args '{reason: new scorecard}' #}
{% macro request_full_refresh(reason) -%}
    {%- set request = adapter.dispatch('request_full_refresh')(reason) -%}
    {%- do log("the next dbt build is a full refresh: " ~ request, info=true) -%}
{%- endmacro %}

{% macro default__request_full_refresh(reason) -%}
    {{ exceptions.raise_compiler_error("request_full_refresh is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__request_full_refresh(reason) -%}
    {{ return(lake_call('request_refresh', {'reason': reason}).request) }}
{%- endmacro %}
