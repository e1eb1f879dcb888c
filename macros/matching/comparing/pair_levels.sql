{# A select of the level of every comparison. Columns: gi_store_number, th_store_number, rule_bits,
   distance_metres, level_<comparison>; with keeps_measures every column of stg_pair_measures beside the levels.
   measures: a relation or CTE with the columns of stg_pair_measures. #}
{% macro pair_levels(measures, keeps_measures=false) -%}
    {%- set kept = measures_of_pair() if keeps_measures else ['gi_store_number', 'th_store_number', 'rule_bits', 'distance_metres'] -%}
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
            {{ kept | join(',\n            ') }}
            {%- for comparison in comparisons() if comparison.crossed is not defined and comparison.without_point is not defined %},
            cast({{ comparison_level(comparison) }} as smallint) as level_{{ comparison.name }}
            {%- endfor %}
        from {{ measures }}
    ) as single_levels
{%- endmacro %}

{# The columns of stg_pair_measures, in its order. #}
{% macro measures_of_pair() -%}
    {{ return([
        'gi_store_number', 'th_store_number', 'name_edit_percent', 'name_overlap_percent', 'name_containment_percent',
        'name_stem_containment_percent', 'least_name_rest', 'most_name_rest', 'rarest_shared_weight', 'is_same_name',
        'is_name_contained', 'name_store_count', 'name_number_agreement', 'distance_metres', 'house_number_gap',
        'house_numbers_missing', 'street_percent', 'postcode_agreement', 'city_percent', 'phone_agreement',
        'domain_agreement', 'kind_agreement', 'rule_bits'
    ]) }}
{%- endmacro %}
