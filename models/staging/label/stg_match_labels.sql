with

match_labels as (
    select
        label_id,
        gi_store_key,
        th_store_key,
        decision,
        decided_at
    from {{ source('ops', 'match_labels') }}
),

newest_labels as (
    select *
    from match_labels
    qualify row_number() over (
        partition by gi_store_key, th_store_key
        order by decided_at desc, label_id desc
    ) = 1
),

stg_match_labels as (
    select
        gi_store_key,
        th_store_key,
        decision,
        decided_at
    from newest_labels
)

select * from stg_match_labels
