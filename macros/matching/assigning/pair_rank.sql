{# The place of a pair in the one order of all pairs, so that every round of the assignment compares one whole number:
   falling points; equal points by nearness, then by the stores' numbers, which come from their keys.
   For a select over total_points, distance_metres, gi_store_number and th_store_number.
   among: a column; the place among the pairs that have the same value there, not among all. #}
{% macro pair_rank(among=none) -%}
    row_number() over (
            {%- if among %}
            partition by {{ among }}
            {%- endif %}
            order by
                total_points desc,
                coalesce(distance_metres, 99999) asc,
                gi_store_number asc,
                th_store_number asc
        )
{%- endmacro %}
