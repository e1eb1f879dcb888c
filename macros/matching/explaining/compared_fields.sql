{# The fields of a store that a comparison looks at, in the order of a record: found by the measures its level is
   made of. Fails for a comparison of which no measure is known here, so that none is explained by nothing.
   comparison: an entry of comparisons(). Example: ['address'] for house_number. #}
{% macro compared_fields(comparison) -%}
    {%- if comparison.crossed is defined or comparison.without_point is defined -%}
        {%- set base = comparison.without_point or comparison.crossed[0] -%}
        {{ return(compared_fields(comparisons() | selectattr('name', 'equalto', base) | first)) }}
    {%- endif -%}
    {%- set reads = comparison.levels or comparison.measure -%}
    {%- set fields = [] -%}
    {%- for field, words in field_words().items() -%}
        {%- for word in words if word in reads and field not in fields -%}
            {%- do fields.append(field) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if not fields -%}
        {{ exceptions.raise_compiler_error(
            "compared_fields: the comparison '" ~ comparison.name ~ "' reads none of the measures named in field_words(): '"
            ~ reads ~ "'. Name its measure there."
        ) }}
    {%- endif -%}
    {{ return(fields) }}
{%- endmacro %}

{# By field of a store, the words by which its measures of a pair are known. #}
{% macro field_words() -%}
    {{ return({
        'name': ['name_', '_name', 'shared_weight'],
        'address': ['house_number', 'street_'],
        'postcode': ['postcode_'],
        'city': ['city_'],
        'point': ['distance_'],
        'phone': ['phone_'],
        'website': ['domain_'],
        'category': ['kind_'],
    }) }}
{%- endmacro %}

{# The comparisons that stand or fall together, as a mapping from what they compare to their names, in the order of
   comparisons(): those of one field ('name', 'point', …), and 'place' for those that look at several. A field that is
   mended changes all of them at once, and points of one alone say little, because the scorecard spreads what a field
   says over them. #}
{% macro comparison_families() -%}
    {%- set families = {} -%}
    {%- for comparison in comparisons() -%}
        {%- set fields = compared_fields(comparison) -%}
        {%- set family = fields[0] if fields | length == 1 else 'place' -%}
        {%- do families.update({family: families.get(family, []) + [comparison.name]}) -%}
    {%- endfor -%}
    {{ return(families) }}
{%- endmacro %}
