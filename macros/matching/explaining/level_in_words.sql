{# What a level of a comparison says, as SQL text over an expression that gives the level: '35 to 59 m',
   'same postcode', 'missing'. Null for a level that the comparison does not have.
   comparison: an entry of comparisons(); level: an SQL expression. #}
{% macro level_in_words(comparison, level) -%}
    {%- if comparison.crossed is defined -%}
        {%- set first = comparisons() | selectattr('name', 'equalto', comparison.crossed[0]) | first -%}
        {%- set second = comparisons() | selectattr('name', 'equalto', comparison.crossed[1]) | first -%}
        {{ level_in_words(first, "floor(" ~ level ~ " / 100)") }} || ' × ' || {{ level_in_words(second, "mod(" ~ level ~ ", 100)") }}
    {%- else -%}
        case {{ level }}
            {%- for label in level_labels(comparison) %}
            when {{ loop.index0 }} then '{{ label | replace("'", "''") }}'
            {%- endfor %}
        end
    {%- endif -%}
{%- endmacro %}

{# The labels of a comparison's levels from 0 on, a list of texts. Not for a crossed comparison. #}
{% macro level_labels(comparison) -%}
    {%- if comparison.without_point is defined -%}
        {%- set base = comparisons() | selectattr('name', 'equalto', comparison.without_point) | first -%}
        {{ return(['both points known'] + level_labels(base)) }}
    {%- elif comparison.labels is defined -%}
        {{ return([comparison.zero | default('missing')] + comparison.labels) }}
    {%- endif -%}
    {%- set cuts = comparison.cuts -%}
    {%- set unit = comparison.unit -%}
    {%- set bands = ['0 ' ~ unit if cuts[0] == 1 else 'below ' ~ cuts[0] ~ ' ' ~ unit] -%}
    {%- for cut in cuts[1:] -%}
        {%- do bands.append(cuts[loop.index0] ~ ' to ' ~ (cut - 1) ~ ' ' ~ unit) -%}
    {%- endfor -%}
    {#- Nothing is more than 100 %. -#}
    {%- do bands.append(cuts[-1] ~ ' ' ~ unit ~ ('' if cuts[-1] == 100 and unit.startswith('%') else ' or more')) -%}
    {{ return(['missing'] + (bands | reverse | list if comparison.falling else bands)) }}
{%- endmacro %}
