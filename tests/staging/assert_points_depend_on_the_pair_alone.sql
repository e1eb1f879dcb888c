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

sampled_long_names as (
    {{ long_name_pairs('sampled_pairs', ref('stg_stores'), ref('stg_name_profiles'), ref('stg_name_tokens')) }}
),

sampled_measures as (
    {{ pair_measures('sampled_pairs', ref('stg_stores'), ref('stg_name_profiles'), 'sampled_long_names') }}
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
