{# A model's schema is the layer's own name (STAGING, GOLD, …), never prefixed by the target's schema:
   readers find the same names on every target. Targets are kept apart by database, not by schema. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
