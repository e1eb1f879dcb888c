{# A table bears its plain name: the layer stands in the schema (STAGING.STORES, GOLD.STORES), and in the file's
   prefix only because dbt wants model names unique in the project. #}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- if custom_alias_name -%}
        {{ custom_alias_name | trim }}
    {%- else -%}
        {%- set ns = namespace(name = node.name) -%}
        {%- for prefix in ['stg_', 'gold_', 'mart_', 'diagnostics_'] if node.resource_type == 'model' and ns.name.startswith(prefix) -%}
            {%- set ns.name = ns.name[prefix | length:] -%}
        {%- endfor -%}
        {{ ns.name }}
    {%- endif -%}
{%- endmacro %}
