with

pair_points as (
    select * from {{ ref('stg_pair_points') }}
),

score_lookup as (
    select
        total_points,
        match_score
    from {{ ref('match_score_lookup') }}
),

lookup_ends as (
    select
        min(total_points) as lowest_points,
        max(total_points) as highest_points
    from score_lookup
),

totals as (
    select
        gi_store_number,
        th_store_number,
        rule_bits,
        distance_metres,
        -- No coalesce: a level that the scorecard does not know must fail the not_null test, not count as zero.
        cast(
            points_base
            {%- for comparison in comparisons() %}
            + points_{{ comparison.name }}
            {%- endfor %}
            as integer
        ) as total_points
    from pair_points
),

bounded_totals as (
    select
        totals.*,
        -- Unknown points stay without a score: DuckDB's greatest and least pass over a null, Snowflake's do not.
        case
            when totals.total_points is not null
                then greatest(lookup_ends.lowest_points, least(lookup_ends.highest_points, totals.total_points))
        end as bounded_points
    from totals
    cross join lookup_ends
),

stg_pair_scores as (
    select
        bounded_totals.gi_store_number,
        bounded_totals.th_store_number,
        bounded_totals.rule_bits,
        bounded_totals.distance_metres,
        bounded_totals.total_points,
        score_lookup.match_score
    from bounded_totals
    left join score_lookup on bounded_totals.bounded_points = score_lookup.total_points
)

select * from stg_pair_scores
