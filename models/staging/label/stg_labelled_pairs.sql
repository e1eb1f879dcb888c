with

match_labels as (
    select
        gi_store_key,
        th_store_key,
        decision,
        decided_at
    from {{ ref('stg_match_labels') }}
),

stores as (
    select
        store_number,
        store_key
    from {{ ref('stg_stores') }}
),

store_duplicates as (
    select
        store_number,
        representative_store_number
    from {{ ref('stg_store_duplicates') }}
),

-- A duplicate does not compete: what is decided of it is decided of its representative.
pairs as (
    select
        coalesce(gi_duplicates.representative_store_number, gi_stores.store_number) as gi_store_number,
        coalesce(th_duplicates.representative_store_number, th_stores.store_number) as th_store_number,
        match_labels.gi_store_key,
        match_labels.th_store_key,
        match_labels.decision,
        match_labels.decided_at
    from match_labels
    inner join stores as gi_stores on match_labels.gi_store_key = gi_stores.store_key
    inner join stores as th_stores on match_labels.th_store_key = th_stores.store_key
    left join store_duplicates as gi_duplicates on gi_stores.store_number = gi_duplicates.store_number
    left join store_duplicates as th_duplicates on th_stores.store_number = th_duplicates.store_number
),

newest_decisions as (
    select *
    from pairs
    qualify row_number() over (
        partition by gi_store_number, th_store_number
        order by decided_at desc, gi_store_key asc, th_store_key asc
    ) = 1
),

-- Only now: a decision may have been made of a duplicate and taken back of its representative.
stg_labelled_pairs as (
    select
        gi_store_number,
        th_store_number,
        decision,
        decided_at
    from newest_decisions
    where decision in ('match', 'no_match')
)

select * from stg_labelled_pairs
