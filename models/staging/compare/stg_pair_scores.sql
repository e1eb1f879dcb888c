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

stg_pair_scores as (
    select
        totals.gi_store_number,
        totals.th_store_number,
        totals.rule_bits,
        totals.distance_metres,
        totals.total_points,
        score_lookup.match_score
    from totals
    cross join lookup_ends
    -- Unknown points stay without a score: DuckDB's greatest and least pass over a null, Snowflake's do not.
    left join score_lookup
        on totals.total_points is not null
        and score_lookup.total_points
        = greatest(lookup_ends.lowest_points, least(lookup_ends.highest_points, totals.total_points))
)

select * from stg_pair_scores
