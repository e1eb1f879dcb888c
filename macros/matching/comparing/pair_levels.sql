{# A select of the level of every comparison. Columns: gi_store_number, th_store_number, rule_bits,
   distance_metres, level_<comparison>.
   measures: a relation or CTE with the columns of stg_pair_measures. #}
{% macro pair_levels(measures) -%}
    select
        *
        {%- for comparison in comparisons() if comparison.without_point is defined %},
        cast(case when level_distance = 0 then level_{{ comparison.without_point }} + 1 else 0 end as smallint)
            as level_{{ comparison.name }}
        {%- endfor %}
        {%- for comparison in comparisons() if comparison.crossed is defined %},
        cast(100 * level_{{ comparison.crossed[0] }} + level_{{ comparison.crossed[1] }} as smallint)
            as level_{{ comparison.name }}
        {%- endfor %}
    from (
        select
            gi_store_number,
            th_store_number,
            {%- for comparison in comparisons() if comparison.crossed is not defined and comparison.without_point is not defined %}
            cast({{ comparison_level(comparison) }} as smallint) as level_{{ comparison.name }},
            {%- endfor %}
            rule_bits,
            distance_metres
        from {{ measures }}
    ) as single_levels
{%- endmacro %}
