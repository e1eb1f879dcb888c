{# Twelve characters that change when what is made of the decisions does: GOLD and the diagnostics that a scope writes.
   Where it is another than that of the run before, these are computed for every store; the decisions stay. #}
{% macro written_logic_version() -%}
    {%- set parts = [
        input_hash('x'), pair_input_hash('x', 'y'), comparison_families() | string, var('ambiguous_points', 10) | string,
        var('match_threshold') | string
    ] -%}
    {%- for node in graph.nodes.values() | sort(attribute='unique_id') -%}
        {%- if (node.resource_type == 'model' and (node.config.meta or {}).get('scope') == 'gold')
            or (node.resource_type == 'seed' and node.name in ('match_scorecard', 'match_score_lookup')) -%}
            {%- do parts.append(node.unique_id ~ node.checksum.checksum) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- local_md5(parts | join('|'))[:12] -}}
{%- endmacro %}
