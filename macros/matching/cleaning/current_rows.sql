{# The current row of each store of one landing table: the highest (batch_window_start, updated_at), never
   the latest loaded, so that a late or recovered batch does not overwrite a later one.
   source_system: 'GI' or 'TH'; relation: the landing table or a CTE over it. #}
{% macro current_rows(source_system, relation) -%}
    select
        '{{ source_system }}' as source_system,
        '{{ source_system }}:' || store_id as store_key,
        store_id,
        store_name,
        address,
        postcode,
        city,
        region,
        country_code,
        latitude,
        longitude,
        phone,
        website,
        category,
        updated_at,
        is_deleted
    from {{ relation }}
    qualify row_number() over (
        partition by store_id
        order by batch_window_start desc nulls last, updated_at desc nulls last, batch_id desc nulls last
    ) = 1
{%- endmacro %}
