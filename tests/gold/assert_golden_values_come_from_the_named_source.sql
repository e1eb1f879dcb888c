-- Every golden value is, but for blanks around it, the value that its named source gives for its own store.
{%- set text_fields = [
    'store_name', 'address', 'postcode', 'city', 'region', 'country_code', 'phone', 'website', 'category'
] %}
{%- set number_fields = ['latitude', 'longitude'] %}

with

golden_stores as (
    select * from {{ ref('gold_stores') }}
),

current_stores as (
    select * from {{ ref('stg_current_stores') }}
)

select golden_stores.gold_store_id
from golden_stores
left join current_stores as gi_stores on 'GI:' || golden_stores.gi_store_id = gi_stores.store_key
left join current_stores as th_stores on 'TH:' || golden_stores.th_store_id = th_stores.store_key
where false
    {%- for field in text_fields + number_fields %}
    {%- set gi_value = 'trim(gi_stores.' ~ field ~ ')' if field in text_fields else 'gi_stores.' ~ field %}
    {%- set th_value = 'trim(th_stores.' ~ field ~ ')' if field in text_fields else 'th_stores.' ~ field %}
    or not coalesce(
        golden_stores.{{ field }}
        = case golden_stores.{{ field }}_source when 'GI' then {{ gi_value }} when 'TH' then {{ th_value }} end,
        golden_stores.{{ field }} is null
    )
    {%- endfor %}
