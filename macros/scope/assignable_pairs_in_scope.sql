{# The assignable pairs that this run assigns: all of them, or those between stores of the scope; with n:1 those of its GI
   stores. To stand after `from`. #}
{% macro assignable_pairs_in_scope() -%}
    (
        select assignable_pairs.*
        from {{ ref('stg_assignable_pairs') }} as assignable_pairs
        {{ where_in_scope('assignable_pairs', 'stg_scope_assignment', {'gi_store_number': 'store_number'}) }}
        {%- if var('assignment') == '1:1' %}
        {{ where_in_scope('assignable_pairs', 'stg_scope_assignment', {'th_store_number': 'store_number'}, begins_with='and') }}
        {%- endif %}
    )
{%- endmacro %}
