{# The models that a release consists of: graph nodes with `meta: {released: true}`, in the order of their names. #}
{% macro released_models() -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id') -%}
        {%- if node.resource_type == 'model' and (node.config.get('meta') or {}).get('released') -%}
            {%- do found.append(node) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The models of MART: graph nodes with the materialization pinned_view, in the order of their names. #}
{% macro mart_models() -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id') -%}
        {%- if node.resource_type == 'model' and node.config.materialized == 'pinned_view' -%}
            {%- do found.append(node) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# The models and seeds that the given models are built from, directly or by way of others, by name. #}
{% macro ancestors_of(models) -%}
    {%- set known = models | map(attribute='unique_id') | list -%}
    {%- set waiting = models | list -%}
    {%- set found = [] -%}
    {%- for _ in range(graph.nodes | length) if waiting -%}
        {%- set node = waiting.pop() -%}
        {%- for parent_id in node.depends_on.nodes if parent_id not in known and parent_id in graph.nodes -%}
            {%- do known.append(parent_id) -%}
            {%- do waiting.append(graph.nodes[parent_id]) -%}
            {%- do found.append(graph.nodes[parent_id]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found | sort(attribute='name')) }}
{%- endmacro %}

{# The data tests of a model: graph nodes, in the order of their names. A test of two models belongs to both. #}
{% macro data_tests_of(model_id) -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id') -%}
        {%- if node.resource_type == 'test' and model_id in node.depends_on.nodes -%}
            {%- do found.append(node) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{# Whether a node is a MART model or a data test of one. #}
{% macro is_part_of_mart(node_id) -%}
    {%- set node = graph.nodes.get(node_id) -%}
    {%- set ns = namespace(found=false) -%}
    {%- if node -%}
        {%- for model in mart_models() -%}
            {%- if model.unique_id == node_id or (node.resource_type == 'test' and model.unique_id in node.depends_on.nodes) -%}
                {%- set ns.found = true -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(ns.found) }}
{%- endmacro %}
