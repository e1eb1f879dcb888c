{%- set examples_per_pattern = 5 -%}

with

unmatched_stores as (
    select
        store_key,
        source_system,
        store_name,
        city,
        country_code,
        failure_cause,
        best_candidate_key,
        best_candidate_name,
        best_candidate_points,
        best_candidate_score,
        costliest_comparison,
        points_lost,
        potential_score
    from {{ ref('unmatched_stores') }}
),

-- The stores nearest to a match teach most; keys decide between equal ones, so that two builds show the same.
ranked as (
    select
        *,
        row_number() over (
            partition by failure_cause, costliest_comparison, country_code
            order by
                coalesce(potential_score, -1) desc,
                coalesce(best_candidate_score, -1) desc,
                best_candidate_points desc nulls last,
                store_key asc
        ) as example_number
    from unmatched_stores
),

match_failure_examples as (
    select
        cast({{ failure_pattern('failure_cause', 'costliest_comparison', 'country_code') }} as varchar) as pattern,
        cast(example_number as integer) as example_number,
        cast(store_key as varchar) as store_key,
        cast(source_system as varchar) as source_system,
        cast(store_name as varchar) as store_name,
        cast(city as varchar) as city,
        cast(best_candidate_key as varchar) as best_candidate_key,
        cast(best_candidate_name as varchar) as best_candidate_name,
        cast(best_candidate_points as integer) as best_candidate_points,
        cast(best_candidate_score as double) as best_candidate_score,
        cast(points_lost as integer) as points_lost,
        cast(potential_score as double) as potential_score
    from ranked
    where example_number <= {{ examples_per_pattern }}
)

select * from match_failure_examples
