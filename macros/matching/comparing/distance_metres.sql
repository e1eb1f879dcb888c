{# Great-circle distance in whole metres, at most 99,999, null where a point is missing. One formula for both
   engines (haversine, sphere of 6,371,000 m), because neither's own function is the other's.
   Snowflake divides whole numbers to six decimals only, a tenth of a metre here, and a level begins at the metre:
   hence doubles.
   Arguments: columns in millionths of a degree. #}
{% macro distance_metres(left_latitude, left_longitude, right_latitude, right_longitude) -%}
    cast(least(99999, round(
        2 * 6371000 * asin(least(1, sqrt(
            power(sin(radians(cast({{ right_latitude }} - {{ left_latitude }} as double) / 2000000)), 2)
            + cos(radians(cast({{ left_latitude }} as double) / 1000000)) * cos(radians(cast({{ right_latitude }} as double) / 1000000))
            * power(sin(radians(cast({{ right_longitude }} - {{ left_longitude }} as double) / 2000000)), 2)
        )))
    )) as integer)
{%- endmacro %}
