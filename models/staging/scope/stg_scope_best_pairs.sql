with

scope_stores as (
    select store_number
    from {{ ref('stg_scope_unmatched_stores') }}
    where is_changed
),

removed_matches as (
    select store_key
    from {{ source('scope', 'removed_store_matches') }}
),

added_matches as (
    select store_key
    from {{ source('scope', 'added_store_matches') }}
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

-- A store that became a duplicate, or is none any more, leaves or enters the ranks of all its candidates.
keys_that_came_or_went as (
    select coalesce(removed_matches.store_key, added_matches.store_key) as store_key
    from removed_matches
    full outer join added_matches on removed_matches.store_key = added_matches.store_key
    where removed_matches.store_key is null or added_matches.store_key is null
),

stores_that_came_or_went as (
    select store_numbers.store_number
    from store_numbers
    inner join keys_that_came_or_went on store_numbers.store_key = keys_that_came_or_went.store_key
),

changed_stores as (
    select store_number from scope_stores
    union
    select pair_scores.th_store_number as store_number
    from pair_scores
    inner join stores_that_came_or_went as stores on pair_scores.gi_store_number = stores.store_number
    union
    select pair_scores.gi_store_number as store_number
    from pair_scores
    inner join stores_that_came_or_went as stores on pair_scores.th_store_number = stores.store_number
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
