{# The leading part of a compact postcode that names an area: as many characters as the country's seed row
   says; an outward code ("EH1" of "EH13AA") where letters and digits mix; three characters when the country
   is unknown. Example: {{ postcode_area('postcode_clean', 'postcode_area_length') }} #}
{% macro postcode_area(postcode, area_length) -%}
    case
        when coalesce({{ area_length }}, 0) > 0 then left({{ postcode }}, {{ area_length }})
        when {{ postcode }} between 'A' and 'ZZZZZZZZZZ' and length({{ postcode }}) between 5 and 7
            then left({{ postcode }}, length({{ postcode }}) - 3)
        when {{ postcode }} between 'A' and 'ZZZZZZZZZZ' then left({{ postcode }}, 4)
        else left({{ postcode }}, 3)
    end
{%- endmacro %}

{# A postcode in capitals without blanks and punctuation. Null stays null. Example: {{ compact_postcode('postcode') }} #}
{% macro compact_postcode(expression) -%}
    {{ regexp_replace_all("upper(" ~ expression ~ ")", '[^A-Z0-9]+', '') }}
{%- endmacro %}
