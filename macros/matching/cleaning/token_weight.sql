{# How much a shared token says: its inverse document frequency as a whole number from 1 (every store has it)
   to 100 (one store in the lists has it). Divided by its highest value, so that lists of any size compare.
   Whole numbers, because sums of doubles differ between thread counts.
   stores_with_token, stores: counts over both sources. Source: Spärck Jones 1972, term specificity. #}
{% macro token_weight(stores_with_token, stores) -%}
    greatest(1, round(100 * ln((cast({{ stores }} as double) + 1) / {{ stores_with_token }}) / ln({{ stores }} + 1.0)))
{%- endmacro %}

{# The weight of a token that one store has, and of one that no store had when the stores were counted. #}
{% macro highest_token_weight() -%}
    {{ return(100) }}
{%- endmacro %}
