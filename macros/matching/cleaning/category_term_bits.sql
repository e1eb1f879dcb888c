{# The words that tell the kind of a place, each with one bit per kind (by the alphabet of the kinds), so that
   the kinds of two places compare by one bitwise and. Columns: term, kind_bit.
   relation: the seed category_terms. #}
{% macro category_term_bits(relation) -%}
    select
        term,
        {{ bit_or_aggregate('kind_bit') }} as kind_bit
    from (
        select
            {{ without_plural('term') }} as term,
            cast(power(2, dense_rank() over (order by category) - 1) as bigint) as kind_bit
        from {{ relation }}
    ) as terms
    group by term
{%- endmacro %}
