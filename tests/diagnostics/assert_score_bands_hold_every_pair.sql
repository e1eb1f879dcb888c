-- Every scored and every assigned pair stands in one band, and the twenty bands reach from 0 to 100.
with

bands as (
    select
        count(*) as bands,
        sum(scored_pairs) as scored_pairs,
        sum(assigned_pairs) as assigned_pairs
    from {{ ref('score_bands') }}
),

scored as (
    select count(*) as pairs
    from {{ ref('stg_pair_scores') }}
),

assigned as (
    select count(*) as pairs
    from {{ ref('stg_assigned_pairs') }}
)

select
    bands.bands,
    bands.scored_pairs,
    scored.pairs as expected_scored_pairs,
    bands.assigned_pairs,
    assigned.pairs as expected_assigned_pairs
from bands
cross join scored
cross join assigned
where bands.bands <> 20
    or bands.scored_pairs <> scored.pairs
    or bands.assigned_pairs <> assigned.pairs
