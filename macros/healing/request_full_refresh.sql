{# Ask for a full refresh: the next `dbt build` computes every store anew, and its release clears the request.
   reason: recorded. Example: dbt run-operation request_full_refresh --args '{reason: new scorecard}' #}
{% macro request_full_refresh(reason) -%}
    {%- set answer = lake_call('request_refresh', {'reason': reason}) -%}
    {%- do log("the next dbt build is a full refresh: " ~ answer.request, info=true) -%}
{%- endmacro %}
