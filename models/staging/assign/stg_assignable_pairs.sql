with

pair_scores as (
    select
        gi_store_number,
        th_store_number,
        total_points,
        match_score,
        distance_metres
    from {{ ref('stg_pair_scores') }} as pair_scores
    {{ where_in_scope('pair_scores', 'stg_scope_pairs', pair_columns()) }}
),

labelled_pairs as (
    select
        gi_store_number,
        th_store_number,
        decision,
        decided_at
    from {{ ref('stg_labelled_pairs') }}
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
        pair_scores.distance_metres,
        labelled_pairs.decided_at as labelled_at
    from pair_scores
    left join labelled_pairs
        on pair_scores.gi_store_number = labelled_pairs.gi_store_number
        and pair_scores.th_store_number = labelled_pairs.th_store_number
    left join store_duplicates as gi_duplicates on pair_scores.gi_store_number = gi_duplicates.store_number
    left join store_duplicates as th_duplicates on pair_scores.th_store_number = th_duplicates.store_number
    where gi_duplicates.store_number is null and th_duplicates.store_number is null
        -- What a steward decided holds whatever the score.
        and (pair_scores.match_score >= {{ var('match_threshold') }} or labelled_pairs.decision is not null)
        and coalesce(labelled_pairs.decision, 'match') = 'match'
),

stg_assignable_pairs as (
    select
        gi_store_number,
        th_store_number,
        total_points,
        match_score,
        distance_metres,
        labelled_at
    from representative_pairs
)

select * from stg_assignable_pairs
