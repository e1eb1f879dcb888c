{# A whole number by which released tables are clustered: stores near each other stand together, so that a change in
   one region touches few files.
   With a point: cells of 8 degrees, row by row from the south-west; in each its 8 × 8 cells of 1 degree, in each of
   those its 8 × 8 cells of an eighth of a degree (14 km from south to north). From 0 up.
   Without a point: below -1, by the country's two letters and the first three characters of the postcode.
   With neither: -1.
   Only steps that both engines compute alike: halving and doubling are exact, and characters beyond ASCII, of which
   the engines read different numbers, all count as the last one.
   Example: {{ place_key('latitude', 'longitude', 'country_code', 'postcode') }} #}
{% macro place_key(latitude, longitude, country_code, postcode) -%}
    {%- set row, column = '(' ~ latitude ~ ' + 90)', '(' ~ longitude ~ ' + 180)' -%}
    {%- set postcode_symbols = "replace(" ~ postcode ~ ", ' ', '')" -%}
    cast(case
        when {{ latitude }} is not null and {{ longitude }} is not null then
            46 * 4096 * floor({{ row }} / 8) + 4096 * floor({{ column }} / 8)
            + 512 * {{ remainder_of_eight(row) }} + 64 * {{ remainder_of_eight(column) }}
            + 8 * {{ remainder_of_eight(row ~ ' * 8') }} + {{ remainder_of_eight(column ~ ' * 8') }}
        else
            -1 - 268435456 * {{ symbol_number(country_code, 1) }}
            - 2097152 * {{ symbol_number(country_code, 2) }}
            - 16384 * {{ symbol_number(postcode_symbols, 1) }}
            - 128 * {{ symbol_number(postcode_symbols, 2) }}
            - {{ symbol_number(postcode_symbols, 3) }}
    end as bigint)
{%- endmacro %}

{# The whole part of a number, from 0 to 7: what is left of it when whole eights are taken away. #}
{% macro remainder_of_eight(number) -%}
    (floor({{ number }}) - 8 * floor({{ number }} / 8))
{%- endmacro %}

{# The number of a text's character at a position, capital letters for small ones, 0 where there is none, 127 beyond ASCII. #}
{% macro symbol_number(text, position) -%}
    cast(least(127, coalesce(ascii(upper(substr({{ text }}, {{ position }}, 1))), 0)) as bigint)
{%- endmacro %}
