-- The best, second and free candidates of an unmatched store stand there with the points that their pair has.
with

current_stores as (
    select
        store_key,
        store_number
    from {{ ref('stg_current_stores') }}
),

named_pairs as (
    {%- for candidate in ['best', 'second', 'free'] %}
    select
        case when source_system = 'GI' then store_key else {{ candidate }}_candidate_key end as gi_store_key,
        case when source_system = 'GI' then {{ candidate }}_candidate_key else store_key end as th_store_key,
        {{ candidate }}_candidate_points as points
    from {{ ref('unmatched_stores') }}
    where {{ candidate }}_candidate_key is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

numbered_pairs as (
    select
        named_pairs.gi_store_key,
        named_pairs.th_store_key,
        named_pairs.points,
        gi_stores.store_number as gi_store_number,
        th_stores.store_number as th_store_number
    from named_pairs
    left join current_stores as gi_stores on named_pairs.gi_store_key = gi_stores.store_key
    left join current_stores as th_stores on named_pairs.th_store_key = th_stores.store_key
)

select
    numbered_pairs.gi_store_key,
    numbered_pairs.th_store_key,
    numbered_pairs.points,
    pair_scores.total_points
from numbered_pairs
left join {{ ref('stg_pair_scores') }} as pair_scores
    on numbered_pairs.gi_store_number = pair_scores.gi_store_number
    and numbered_pairs.th_store_number = pair_scores.th_store_number
where not coalesce(numbered_pairs.points = pair_scores.total_points, false)
