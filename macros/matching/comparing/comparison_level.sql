{# The SQL expression of one comparison's level over the columns of stg_pair_measures.
   comparison: an entry of comparisons(), not a crossed one. #}
{% macro comparison_level(comparison) -%}
    {%- if comparison.levels is defined -%}
        {{ comparison.levels }}
    {%- else -%}
        {%- set bands = comparison.cuts | length + 1 -%}
        case
            when {{ comparison.measure }} is null then 0
            {%- for cut in comparison.cuts %}
            when {{ comparison.measure }} < {{ cut }} then {{ (bands + 1 - loop.index) if comparison.falling else loop.index }}
            {%- endfor %}
            else {{ 1 if comparison.falling else bands }}
        end
    {%- endif -%}
{%- endmacro %}
