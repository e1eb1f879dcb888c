{# The name of a failure pattern: cause, costliest comparison and country, '-' where there is none, so that a
   pattern is one text that never is null. Example: below_threshold | distance | FR #}
{% macro failure_pattern(failure_cause, costliest_comparison, country_code) -%}
    {{ failure_cause }} || ' | ' || coalesce({{ costliest_comparison }}, '-') || ' | ' || coalesce({{ country_code }}, '-')
{%- endmacro %}
