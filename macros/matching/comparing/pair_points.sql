{# A select of the points of every comparison by the scorecard: the columns of the levels, points_<comparison>
   and points_base. Null where the scorecard does not know a level, so that it can be found, not counted as zero.
   levels: a relation or CTE with level_<comparison>; scorecard: one with comparison, level, points. #}
{% macro pair_points(levels, scorecard) -%}
    select
        pair_levels.*,
        {%- for comparison in comparisons() %}
        {{ comparison.name }}_card.points as points_{{ comparison.name }},
        {%- endfor %}
        base_card.points as points_base
    from {{ levels }} as pair_levels
    {%- for comparison in comparisons() %}
    left join {{ scorecard }} as {{ comparison.name }}_card
        on {{ comparison.name }}_card.comparison = '{{ comparison.name }}'
        and pair_levels.level_{{ comparison.name }} = {{ comparison.name }}_card.level
    {%- endfor %}
    left join {{ scorecard }} as base_card
        on base_card.comparison = 'base'
{%- endmacro %}
