-- Every level that a pair has is a row of the scorecard; failing rows name the level that lacks one. Only pairs
-- without a sum of points are looked at, so that the test costs nothing while the scorecard is complete.
with

unscored_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ ref('stg_pair_scores') }}
    where total_points is null
),

unscored_points as (
    select pair_points.*
    from {{ ref('stg_pair_points') }} as pair_points
    inner join unscored_pairs
        on pair_points.gi_store_number = unscored_pairs.gi_store_number
        and pair_points.th_store_number = unscored_pairs.th_store_number
),

unknown_levels as (
    {%- for comparison in comparisons() %}
    select
        '{{ comparison.name }}' as comparison,
        level_{{ comparison.name }} as level
    from unscored_points
    where points_{{ comparison.name }} is null
    union all
    {%- endfor %}
    select
        'base' as comparison,
        0 as level
    from unscored_points
    where points_base is null
)

select
    comparison,
    level,
    count(*) as pairs
from unknown_levels
group by comparison, level
