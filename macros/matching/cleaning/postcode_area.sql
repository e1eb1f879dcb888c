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

{# A compact postcode without the country written before it ("FR75240", "D12345", "NL3042YS"); null stays null.
   One or two letters before four or five digits alone are a country or state; before other postcodes only the
   store's own country is. Postcodes of countries that begin with letters (JE2 3AB, BS8611) stay whole.
   postcode, country_code: columns; postcode_pattern: that of the country in the seed countries, null where the
   country is not known. #}
{% macro postcode_without_country(postcode, country_code, postcode_pattern) -%}
    case
        when {{ postcode_pattern }} is null or left({{ postcode_pattern }}, 5) = '[0-9]'
            then coalesce(
                {{ regexp_first_group(postcode, '^[A-Z]{1,2}([0-9]{4,5})$', 1) }},
                case
                    when left({{ postcode }}, 2) = {{ country_code }} and substr({{ postcode }}, 3, 1) between '0' and '9'
                        then substr({{ postcode }}, 3)
                    else {{ postcode }}
                end
            )
        else {{ postcode }}
    end
{%- endmacro %}
