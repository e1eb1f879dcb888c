{# Share of equal characters of two folded ASCII texts, a whole percent from 0 to 100: the longer length less
   the edit distance, over the longer length, rounded down. Null where either text is null.
   Example: {{ edit_similarity('gi.name_symbols', 'th.name_symbols') }} #}
{% macro edit_similarity(left_text, right_text) -%}
    case
        when {{ left_text }} = {{ right_text }} then 100
        else cast(floor(
            100.0 * (greatest(length({{ left_text }}), length({{ right_text }})) - {{ edit_distance(left_text, right_text) }})
            / greatest(length({{ left_text }}), length({{ right_text }}), 1)
        ) as integer)
    end
{%- endmacro %}

{# True where the shorter of two texts, of at least `shortest` characters, stands inside the longer. #}
{% macro contains_other(left_text, right_text, shortest) -%}
    (
        least(length({{ left_text }}), length({{ right_text }})) >= {{ shortest }}
        and (
            {{ dbt.position(left_text, right_text) }} > 0
            or {{ dbt.position(right_text, left_text) }} > 0
        )
    )
{%- endmacro %}

{# Similarity of two texts that may hold more than what is compared (a street with its town): 100 when equal,
   90 when one stands inside the other, else the edit similarity, reckoned only where the texts begin with
   the same letter, which spares nine tenths of the edit distances; 0 for the rest.
   Null where either is null. Example: {{ text_similarity('gi.street_core', 'th.street_core', 4) }} #}
{% macro text_similarity(left_text, right_text, shortest) -%}
    case
        when {{ left_text }} is null or {{ right_text }} is null then null
        when {{ left_text }} = {{ right_text }} then 100
        when {{ contains_other(left_text, right_text, shortest) }} then 90
        when ascii({{ left_text }}) = ascii({{ right_text }}) then {{ edit_similarity(left_text, right_text) }}
        else 0
    end
{%- endmacro %}

{# True where one text begins with the other, of at least `shortest` characters. #}
{% macro starts_with_other(left_text, right_text, shortest) -%}
    (
        least(length({{ left_text }}), length({{ right_text }})) >= {{ shortest }}
        and (
            {{ dbt.position(left_text, right_text) }} = 1
            or {{ dbt.position(right_text, left_text) }} = 1
        )
    )
{%- endmacro %}
