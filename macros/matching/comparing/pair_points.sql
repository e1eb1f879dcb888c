{# A select of the points of every comparison by the scorecard: the columns of the levels, points_<comparison>
   and points_base. Null where the scorecard does not know a level, so that it can be found, not counted as zero.
   levels: a relation or CTE with level_<comparison>; scorecard: one with comparison, level, points. #}
{% macro pair_points(levels, scorecard) -%}
    select
        pair_levels.*,
        {%- for comparison in comparisons() %}
        {{ list_item('card.points_by_level_' ~ comparison.name, level_position(comparison)) }} as points_{{ comparison.name }},
        {%- endfor %}
        card.points_base
    from {{ levels }} as pair_levels
    cross join ({{ scorecard_lists(scorecard) }}) as card
{%- endmacro %}

{# The whole scorecard as one row: points_base, and for every comparison the list of its points from its first level
   to its last. A lookup in a list is four times as fast as a join per comparison. #}
{% macro scorecard_lists(scorecard) -%}
    select
        {%- for comparison in comparisons() %}
        {%- set points = [] -%}
        {%- for level in levels_of(comparison) -%}
            {%- do points.append(
                "max(case when comparison = '" ~ comparison.name ~ "' and level = " ~ level ~ " then points end)"
            ) -%}
        {%- endfor %}
        {{ list_of(points) }} as points_by_level_{{ comparison.name }},
        {%- endfor %}
        max(case when comparison = 'base' then points end) as points_base
    from {{ scorecard }}
{%- endmacro %}

{# The levels that a comparison may have, from 0, as a list; those of a crossed comparison pair by pair. #}
{% macro levels_of(comparison) -%}
    {%- if comparison.crossed is defined -%}
        {%- set levels = [] -%}
        {%- for first in levels_of(comparison_named(comparison.crossed[0])) -%}
            {%- for second in levels_of(comparison_named(comparison.crossed[1])) -%}
                {%- do levels.append(100 * first + second) -%}
            {%- endfor -%}
        {%- endfor -%}
        {{ return(levels) }}
    {%- elif comparison.without_point is defined -%}
        {{ return(range(levels_of(comparison_named(comparison.without_point)) | length + 1) | list) }}
    {%- elif comparison.cuts is defined -%}
        {{ return(range(comparison.cuts | length + 2) | list) }}
    {%- else -%}
        {{ return(range(comparison.labels | length + 1) | list) }}
    {%- endif -%}
{%- endmacro %}

{# Where the level of a pair stands in the list of a comparison's levels, from 0: an SQL expression. #}
{% macro level_position(comparison) -%}
    {%- if comparison.crossed is defined -%}
        pair_levels.level_{{ comparison.crossed[0] }} * {{ levels_of(comparison_named(comparison.crossed[1])) | length }}
            + pair_levels.level_{{ comparison.crossed[1] }}
    {%- else -%}
        pair_levels.level_{{ comparison.name }}
    {%- endif -%}
{%- endmacro %}

{# The comparison of a name. #}
{% macro comparison_named(name) -%}
    {{ return(comparisons() | selectattr('name', 'equalto', name) | first) }}
{%- endmacro %}
