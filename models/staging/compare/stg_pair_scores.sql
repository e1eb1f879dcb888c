with

-- A view: the pairs are measured here, in one pass with their points, and written once.
pair_measures as (
    select * from {{ ref('stg_pair_measures') }}
),

match_scorecard as (
    select
        comparison,
        level,
        points
    from {{ ref('match_scorecard') }}
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

levels as (
    {{ pair_levels('pair_measures', keeps_measures=true) }}
),

points as (
    {{ pair_points('levels', 'match_scorecard') }}
),

totals as (
    select
        {%- for measure in measures_of_pair() %}
        {{ measure }},
        {%- endfor %}
        -- No coalesce: a level that the scorecard does not know must fail the not_null test, not count as zero.
        cast(
            points_base
            {%- for comparison in comparisons() %}
            + points_{{ comparison.name }}
            {%- endfor %}
            as integer
        ) as total_points
    from points
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
        {%- for measure in measures_of_pair() %}
        bounded_totals.{{ measure }},
        {%- endfor %}
        bounded_totals.total_points,
        score_lookup.match_score,
        '{{ logic_version() }}' as logic_version
    from bounded_totals
    left join score_lookup on bounded_totals.bounded_points = score_lookup.total_points
)

select * from stg_pair_scores
