-- A pair's points do not depend on the pairs beside it: a thousand pairs, measured and scored by themselves, get the
-- points they got among all. This is also what makes explain_pair true.
with

sampled_pairs as (
    select
        gi_store_number,
        th_store_number,
        rule_bits,
        total_points
    from {{ ref('stg_pair_scores') }}
    order by gi_store_number, th_store_number
    limit 1000
),

name_tokens as (
    select
        name_key,
        token,
        token_weight,
        {{ token_stem('token') }} as token_stem
    from {{ ref('stg_name_tokens') }}
),

sampled_name_pairs as (
    {{ name_pair_measures('sampled_pairs', ref('stg_stores'), 'name_tokens', ref('stg_names')) }}
),

sampled_measures as (
    {{ pair_measures('sampled_pairs', ref('stg_stores'), ref('stg_name_totals'), 'sampled_name_pairs') }}
),

sampled_levels as (
    {{ pair_levels('sampled_measures') }}
),

sampled_points as (
    {{ pair_points('sampled_levels', ref('match_scorecard')) }}
),

scored_alone as (
    select
        gi_store_number,
        th_store_number,
        points_base
        {%- for comparison in comparisons() %}
        + points_{{ comparison.name }}
        {%- endfor %} as total_points
    from sampled_points
)

select
    sampled_pairs.gi_store_number,
    sampled_pairs.th_store_number,
    sampled_pairs.total_points as points_among_all,
    scored_alone.total_points as points_alone
from sampled_pairs
left join scored_alone
    on sampled_pairs.gi_store_number = scored_alone.gi_store_number
    and sampled_pairs.th_store_number = scored_alone.th_store_number
where scored_alone.total_points is null or sampled_pairs.total_points <> scored_alone.total_points
