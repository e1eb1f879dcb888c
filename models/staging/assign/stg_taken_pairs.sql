{{ config(
    post_hook="{{ finish_assignment(this, assignable_pairs_in_scope(), ref('stg_current_stores')) }}"
) }}

{%- set rounds = 12 -%}

with

assignable_pairs as (
    select
        gi_store_number,
        th_store_number,
        total_points,
        match_score,
        distance_metres,
        labelled_at
    from {{ assignable_pairs_in_scope() }} as assignable_pairs
),

stores as (
    select
        store_number,
        store_key
    from {{ ref('stg_current_stores') }}
),

keyed_pairs as (
    {{ keyed_pairs('assignable_pairs', 'stores') }}
),

open_pairs_0 as (
    select
        gi_store_number,
        th_store_number,
        total_points,
        match_score,
        distance_metres,
        labelled_at,
        {{ pair_rank() }} as pair_rank
    from keyed_pairs
),

{% if var('assignment') == '1:1' %}
{{ mutual_best_rounds(rounds) }},

taken_pairs as (
    {%- for round in range(1, rounds + 1) %}
    select pair_rank from taken_pairs_{{ round }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),
{% elif var('assignment') == 'n:1' %}
taken_pairs as (
    select min(pair_rank) as pair_rank
    from open_pairs_0
    group by gi_store_number
),
{% else %}
{{ exceptions.raise_compiler_error("var assignment must be '1:1' or 'n:1', got '" ~ var('assignment') ~ "'") }}
{% endif %}
stg_taken_pairs as (
    select
        open_pairs_0.gi_store_number,
        open_pairs_0.th_store_number,
        open_pairs_0.total_points,
        open_pairs_0.match_score,
        open_pairs_0.distance_metres,
        open_pairs_0.labelled_at
    from taken_pairs
    inner join open_pairs_0 on taken_pairs.pair_rank = open_pairs_0.pair_rank
)

select * from stg_taken_pairs
