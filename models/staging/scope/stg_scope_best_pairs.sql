with

changed_stores as (
    select store_number
    from {{ ref('stg_scope_unmatched_stores') }}
    where is_changed
),

removed_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ source('scope', 'removed_pair_scores') }}
),

pair_scores as (
    select
        gi_store_number,
        th_store_number
    from {{ ref('stg_pair_scores') }}
    where {{ only_with_scope(gold_scope_is_all) }}
),

store_numbers as (
    select
        store_number,
        store_key
    from {{ ref('stg_store_numbers') }}
    where {{ only_with_scope(gold_scope_is_all) }}
),

pairs as (
    select
        pair_scores.gi_store_number,
        pair_scores.th_store_number
    from pair_scores
    inner join changed_stores on pair_scores.gi_store_number = changed_stores.store_number
    union
    select
        pair_scores.gi_store_number,
        pair_scores.th_store_number
    from pair_scores
    inner join changed_stores on pair_scores.th_store_number = changed_stores.store_number
    union
    select
        gi_store_number,
        th_store_number
    from removed_pairs
),

stg_scope_best_pairs as (
    select
        pairs.gi_store_number,
        pairs.th_store_number,
        gi_stores.store_key as gi_store_key,
        th_stores.store_key as th_store_key
    from pairs
    inner join store_numbers as gi_stores on pairs.gi_store_number = gi_stores.store_number
    inner join store_numbers as th_stores on pairs.th_store_number = th_stores.store_number
    where {{ only_with_scope(gold_scope_is_all) }}
)

select * from stg_scope_best_pairs
