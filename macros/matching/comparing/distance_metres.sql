{# Great-circle distance in whole metres, at most 99,999, null where a point is missing. One formula for both
   engines (haversine, sphere of 6,371,000 m), because neither's own function is the other's.
   Arguments: columns in millionths of a degree. #}
{% macro distance_metres(left_latitude, left_longitude, right_latitude, right_longitude) -%}
    cast(least(99999, round(
        2 * 6371000 * asin(least(1, sqrt(
            power(sin(radians(({{ right_latitude }} - {{ left_latitude }}) / 2000000.0)), 2)
            + cos(radians({{ left_latitude }} / 1000000.0)) * cos(radians({{ right_latitude }} / 1000000.0))
            * power(sin(radians(({{ right_longitude }} - {{ left_longitude }}) / 2000000.0)), 2)
        )))
    )) as integer)
{%- endmacro %}
