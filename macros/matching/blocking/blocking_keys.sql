{# A select of the blocking keys of stores. Columns: rule_bit, blocking_key, is_gi, store_number and, where
   is_readable, key_text (what the key is made of).
   stores: the columns of stg_stores; name_tokens: name_key, token, rarity_rank, up to the third rarest. #}
{% macro blocking_keys(stores, name_tokens, is_readable=false) -%}
{%- set near = {'latitude': 3000, 'longitude': 4500} -%}
{%- set very_near = {'latitude': 270, 'longitude': 400} -%}
{%- set square_micro = 100000 -%}
with

places as (
    select
        source_system = 'GI' as is_gi,
        store_number,
        name_key,
        name_symbols,
        phone_digits,
        website_domain,
        postcode_clean,
        postcode_area,
        city_clean,
        street_core,
        house_number_from,
        latitude_micro,
        longitude_micro,
        cast(floor(latitude_micro / {{ square_micro }}.0) as integer) as square_latitude,
        cast(floor(longitude_micro / {{ square_micro }}.0) as integer) as square_longitude
    from {{ stores }} as stores
),

place_tokens as (
    select
        places.is_gi,
        places.store_number,
        places.postcode_area,
        places.city_clean,
        places.square_latitude,
        places.square_longitude,
        name_tokens.token,
        name_tokens.rarity_rank
    from places
    inner join {{ name_tokens }} as name_tokens on places.name_key = name_tokens.name_key
),

rarest_pairs as (
    select
        is_gi,
        store_number,
        min(token) as first_token,
        max(token) as second_token
    from place_tokens
    where rarity_rank <= 2
    group by is_gi, store_number
),

-- A GI store stands in the four cells around it, a TH store in its own: every pair within half a cell's side
-- meets, and meets once.
{{ cells_of_stores('near', near) }},

{{ cells_of_stores('very_near', very_near) }},

-- Once per name, not per store: names of chains repeat.
name_starts as (
    select distinct
        name_key,
        left(token, 3) as token_start
    from {{ name_tokens }} as name_tokens
),

near_name_starts as (
    select
        near_cells.is_gi,
        near_cells.store_number,
        near_cells.cell_latitude,
        near_cells.cell_longitude,
        name_starts.token_start
    from near_cells
    inner join name_starts on near_cells.name_key = name_starts.name_key
),

postcode_name_starts as (
    select
        places.is_gi,
        places.store_number,
        places.postcode_clean,
        name_starts.token_start
    from places
    inner join name_starts on places.name_key = name_starts.name_key
    where places.postcode_clean is not null
)

{{ blocking_key_select('phone', 'places', ['phone_digits'], 'phone_digits is not null', is_readable) }}
union all
{{ blocking_key_select(
    'domain_and_place', 'places', ["'city'", 'website_domain', 'city_clean'],
    'website_domain is not null and city_clean is not null',
    is_readable
) }}
union all
{{ blocking_key_select(
    'domain_and_place', 'places', ["'square'", 'website_domain', 'square_latitude', 'square_longitude'],
    'website_domain is not null and latitude_micro is not null',
    is_readable
) }}
union all
{{ blocking_key_select(
    'postcode_and_house_number', 'places', ['postcode_clean', 'house_number_from'],
    'postcode_clean is not null and house_number_from is not null',
    is_readable
) }}
union all
{{ blocking_key_select(
    'postcode_and_token', 'place_tokens', ['postcode_area', 'token'], 'postcode_area is not null',
    is_readable
) }}
union all
{{ blocking_key_select(
    'postcode_and_name_start', 'postcode_name_starts', ['postcode_clean', 'token_start'], 'true',
    is_readable
) }}
union all
{{ blocking_key_select('city_and_token', 'place_tokens', ['city_clean', 'token'], 'city_clean is not null', is_readable) }}
union all
{{ blocking_key_select(
    'square_and_token', 'place_tokens', ['square_latitude', 'square_longitude', 'token'],
    'square_latitude is not null and rarity_rank <= 2',
    is_readable
) }}
union all
{{ blocking_key_select(
    'near_and_name_start', 'near_name_starts', ['cell_latitude', 'cell_longitude', 'token_start'], 'true',
    is_readable
) }}
union all
{{ blocking_key_select(
    'near_and_house_number', 'near_cells', ['cell_latitude', 'cell_longitude', 'house_number_from'],
    'house_number_from is not null',
    is_readable
) }}
union all
{{ blocking_key_select('very_near', 'very_near_cells', ['cell_latitude', 'cell_longitude'], 'true', is_readable) }}
union all
{{ blocking_key_select(
    'street_and_house_number', 'places', ['street_core', 'house_number_from', 'left(name_symbols, 1)'],
    'street_core is not null and house_number_from is not null',
    is_readable
) }}
union all
{{ blocking_key_select('rare_tokens', 'rarest_pairs', ['first_token', 'second_token'], 'first_token <> second_token', is_readable) }}
union all
{{ blocking_key_select('name', 'places', ['name_symbols'], "name_symbols <> ''", is_readable) }}
{%- endmacro %}

{# The CTEs <name>_cells (is_gi, store_number, name_key, house_number_from, cell_latitude, cell_longitude) and those it
   is made of: the square cells of twice half_side, in which GI stores of the CTE places stand four times.
   half_side: latitude and longitude in millionths of a degree. #}
{% macro cells_of_stores(name, half_side) -%}
th_{{ name }}_cells as (
    select
        is_gi,
        store_number,
        name_key,
        house_number_from,
        cast(floor(latitude_micro / {{ 2 * half_side.latitude }}.0) as integer) as cell_latitude,
        cast(floor(longitude_micro / {{ 2 * half_side.longitude }}.0) as integer) as cell_longitude
    from places
    where not is_gi and latitude_micro is not null
),

gi_{{ name }}_cells as (
    {%- for latitude_step in [-1, 1] %}{% for longitude_step in [-1, 1] %}
    select
        is_gi,
        store_number,
        name_key,
        house_number_from,
        cast(floor((latitude_micro + ({{ latitude_step * half_side.latitude }})) / {{ 2 * half_side.latitude }}.0) as integer) as cell_latitude,
        cast(floor((longitude_micro + ({{ longitude_step * half_side.longitude }})) / {{ 2 * half_side.longitude }}.0) as integer) as cell_longitude
    from places
    where is_gi and latitude_micro is not null
    {{ 'union all' if not (latitude_step == 1 and longitude_step == 1) }}
    {%- endfor %}{% endfor %}
),

{{ name }}_cells as (
    select * from th_{{ name }}_cells
    union all
    select * from gi_{{ name }}_cells
)
{%- endmacro %}
