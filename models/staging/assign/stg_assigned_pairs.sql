with

taken_pairs as (
    select
        gi_store_number,
        th_store_number,
        total_points,
        match_score,
        distance_metres,
        labelled_at
    from {{ ref('stg_taken_pairs') }}
),

stg_assigned_pairs as (
    select * from taken_pairs
)

select * from stg_assigned_pairs
