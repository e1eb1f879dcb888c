with

pair_scores as (
    select
        gi_store_number,
        th_store_number,
        total_points,
        match_score,
        distance_metres
    from {{ ref('stg_pair_scores') }}
    where match_score >= {{ var('match_threshold') }}
),

store_duplicates as (
    select store_number
    from {{ ref('stg_store_duplicates') }}
),

-- A duplicate inside its source does not compete: its representative does.
representative_pairs as (
    select
        pair_scores.gi_store_number,
        pair_scores.th_store_number,
        pair_scores.total_points,
        pair_scores.match_score,
        pair_scores.distance_metres
    from pair_scores
    left join store_duplicates as gi_duplicates on pair_scores.gi_store_number = gi_duplicates.store_number
    left join store_duplicates as th_duplicates on pair_scores.th_store_number = th_duplicates.store_number
    where gi_duplicates.store_number is null and th_duplicates.store_number is null
),

stg_assignable_pairs as (
    select
        gi_store_number,
        th_store_number,
        total_points,
        match_score,
        {{ pair_rank() }} as pair_rank
    from representative_pairs
)

select * from stg_assignable_pairs
