-- Every assigned pair is kept, and the best pair of an unmatched store is its best candidate.
with

best_pairs as (
    select
        gi_store_key,
        th_store_key,
        total_points,
        is_assigned,
        rank_of_gi_store,
        rank_of_th_store
    from {{ ref('best_pairs') }}
),

expected_pairs as (
    select
        'assigned' as expectation,
        store_key as gi_store_key,
        partner_store_key as th_store_key,
        total_points
    from {{ ref('stg_store_matches') }}
    where status = 'MATCHED' and source_system = 'GI'
    union all
    select
        'best of GI store' as expectation,
        store_key as gi_store_key,
        best_candidate_key as th_store_key,
        best_candidate_points as total_points
    from {{ ref('unmatched_stores') }}
    where best_candidate_key is not null and source_system = 'GI'
    union all
    select
        'best of TH store' as expectation,
        best_candidate_key as gi_store_key,
        store_key as th_store_key,
        best_candidate_points as total_points
    from {{ ref('unmatched_stores') }}
    where best_candidate_key is not null and source_system = 'TH'
)

select expected_pairs.*
from expected_pairs
left join best_pairs
    on expected_pairs.gi_store_key = best_pairs.gi_store_key
    and expected_pairs.th_store_key = best_pairs.th_store_key
where not coalesce(
    expected_pairs.total_points = best_pairs.total_points
    and case expected_pairs.expectation
        when 'assigned' then best_pairs.is_assigned
        when 'best of GI store' then best_pairs.rank_of_gi_store = 1
        else best_pairs.rank_of_th_store = 1
    end,
    false
)
