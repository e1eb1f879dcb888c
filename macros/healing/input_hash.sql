{# A hash of what a source gives of a store, as text: it changes when the source's record does. The time of the change is
   not part of it. The two engines write numbers differently, so that it compares within one engine only.
   alias: what the rows of stg_current_stores are called. #}
{% macro input_hash(alias) -%}
    {%- set columns = [
        'store_name', 'address', 'postcode', 'city', 'region', 'country_given', 'latitude', 'longitude', 'phone', 'website',
        'category'
    ] -%}
    md5(
        {%- for column in columns %}
        coalesce(cast({{ alias }}.{{ column }} as varchar), '') {{ "|| '|' ||" if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# The hash of a store and of its candidate together. store, candidate: hashes of input_hash; null where there is none. #}
{% macro pair_input_hash(store, candidate) -%}
    md5(coalesce({{ store }}, '') || '|' || coalesce({{ candidate }}, ''))
{%- endmacro %}
