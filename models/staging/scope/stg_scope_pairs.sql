with

compared_stores as (
    select store_number
    from {{ ref('stg_scope_compared_stores') }}
    where is_seed and {{ only_with_scope() }}
),

compared_keys as (
    select
        blocking_key,
        is_gi,
        store_number
    from {{ ref('stg_blocking_keys') }}
    where store_number in (select compared_stores.store_number from compared_stores)
        and {{ only_with_scope() }}
),

key_sizes as (
    select blocking_key
    from {{ ref('stg_blocking_key_sizes') }}
    where {{ block_within_cap('rule_bit', 'gi_stores', 'th_stores') }}
        and {{ only_with_scope() }}
),

removed_sizes as (
    select
        blocking_key,
        {{ block_evidence('rule_bit', 'gi_stores', 'th_stores') }} as evidence
    from {{ source('scope', 'removed_blocking_key_sizes') }}
),

added_sizes as (
    select
        blocking_key,
        {{ block_evidence('rule_bit', 'gi_stores', 'th_stores') }} as evidence
    from {{ source('scope', 'added_blocking_key_sizes') }}
),

candidate_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ source('previous', 'candidate_pairs') }}
    where {{ only_with_scope() }}
),

-- A block that crossed a cap brings all its pairs in.
changed_evidence as (
    select
        coalesce(removed_sizes.blocking_key, added_sizes.blocking_key) as blocking_key,
        coalesce(added_sizes.evidence, 0) as evidence
    from removed_sizes
    full outer join added_sizes on removed_sizes.blocking_key = added_sizes.blocking_key
    where coalesce(removed_sizes.evidence, 0) <> coalesce(added_sizes.evidence, 0)
),

concerned_keys as (
    select blocking_key from compared_keys
    union
    select blocking_key from changed_evidence
),

blocking_keys as (
    select
        blocking_key,
        is_gi,
        store_number
    from {{ ref('stg_blocking_keys') }}
    where blocking_key in (select concerned_keys.blocking_key from concerned_keys)
        and {{ only_with_scope() }}
),

keys_of_changed_blocks as (
    select
        blocking_keys.blocking_key,
        blocking_keys.is_gi,
        blocking_keys.store_number,
        changed_evidence.evidence
    from blocking_keys
    inner join changed_evidence on blocking_keys.blocking_key = changed_evidence.blocking_key
),

pairs_of_open_blocks as (
    select
        gi_keys.store_number as gi_store_number,
        th_keys.store_number as th_store_number
    from keys_of_changed_blocks as gi_keys
    inner join keys_of_changed_blocks as th_keys on gi_keys.blocking_key = th_keys.blocking_key
    where gi_keys.is_gi and not th_keys.is_gi and gi_keys.evidence > 0
),

-- A block above its cap may hold any number of pairs: only those that were candidates matter.
pairs_of_closed_blocks as (
    select
        candidate_pairs.gi_store_number,
        candidate_pairs.th_store_number
    from candidate_pairs
    inner join keys_of_changed_blocks as gi_keys on candidate_pairs.gi_store_number = gi_keys.store_number
    inner join keys_of_changed_blocks as th_keys
        on candidate_pairs.th_store_number = th_keys.store_number
        and gi_keys.blocking_key = th_keys.blocking_key
    where gi_keys.evidence = 0
),

pairs_of_before as (
    select
        gi_store_number,
        th_store_number
    from candidate_pairs
    where gi_store_number in (select compared_stores.store_number from compared_stores)
    union
    select
        gi_store_number,
        th_store_number
    from candidate_pairs
    where th_store_number in (select compared_stores.store_number from compared_stores)
),

keys_of_scope as (
    select
        compared_keys.blocking_key,
        compared_keys.is_gi,
        compared_keys.store_number
    from compared_keys
    inner join key_sizes on compared_keys.blocking_key = key_sizes.blocking_key
),

pairs_of_scope as (
    select
        case when keys_of_scope.is_gi then keys_of_scope.store_number else others.store_number end as gi_store_number,
        case when keys_of_scope.is_gi then others.store_number else keys_of_scope.store_number end as th_store_number
    from keys_of_scope
    inner join blocking_keys as others
        on keys_of_scope.blocking_key = others.blocking_key
        and keys_of_scope.is_gi <> others.is_gi
),

removed_labels as (
    select
        gi_store_number,
        th_store_number
    from {{ source('scope', 'removed_labelled_pairs') }}
    where {{ only_with_scope() }}
),

added_labels as (
    select
        gi_store_number,
        th_store_number
    from {{ source('scope', 'added_labelled_pairs') }}
    where {{ only_with_scope() }}
),

-- A pair with a label may meet by nothing else: what happens to its stores happens to it.
labelled_pairs as (
    select
        labelled_pairs.gi_store_number,
        labelled_pairs.th_store_number
    from {{ ref('stg_labelled_pairs') }} as labelled_pairs
    where {{ only_with_scope() }}
),

stg_scope_pairs as (
    select * from pairs_of_open_blocks
    union
    select * from labelled_pairs
    union
    select * from removed_labels
    union
    select * from added_labels
    union
    select * from pairs_of_closed_blocks
    union
    select * from pairs_of_before
    union
    select * from pairs_of_scope
)

select * from stg_scope_pairs
