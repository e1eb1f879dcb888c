{{ config(
    post_hook="{{ grow_assignment_scope(this, ref('stg_assignable_pairs'), source('previous', 'assigned_pairs')) }}"
) }}

with

removed_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ source('scope', 'removed_assignable_pairs') }}
),

added_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ source('scope', 'added_assignable_pairs') }}
),

changed_pairs as (
    select * from removed_pairs
    union all
    select * from added_pairs
),

stores as (
    select gi_store_number as store_number from changed_pairs
    {%- if var('assignment') == '1:1' %}
    union
    select th_store_number as store_number from changed_pairs
    {%- endif %}
),

-- Which of them are given a new partner is known only when they are assigned: the hook lets others in until no more
-- can be concerned.
stg_scope_assignment as (
    select distinct store_number
    from stores
    where {{ only_with_scope() }}
)

select * from stg_scope_assignment
