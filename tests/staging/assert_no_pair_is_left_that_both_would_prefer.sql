-- The assignment is the one that taking pairs by falling rank gives: a pair that may be assigned and is not has a
-- store with a partner of a better rank (with n:1: a GI store, since a TH store may have several partners).
with

keyed_pairs as (
    {{ keyed_pairs(ref('stg_assignable_pairs'), ref('stg_current_stores')) }}
),

assignable_pairs as (
    select
        gi_store_number,
        th_store_number,
        {{ pair_rank() }} as pair_rank
    from keyed_pairs
),

assigned_pairs as (
    select
        assigned.gi_store_number,
        assigned.th_store_number,
        assignable_pairs.pair_rank
    from {{ ref('stg_assigned_pairs') }} as assigned
    inner join assignable_pairs
        on assigned.gi_store_number = assignable_pairs.gi_store_number
        and assigned.th_store_number = assignable_pairs.th_store_number
),

th_ranks as (
    select
        th_store_number,
        min(pair_rank) as pair_rank
    from assigned_pairs
    group by th_store_number
)

select
    assignable_pairs.gi_store_number,
    assignable_pairs.th_store_number,
    assignable_pairs.pair_rank,
    gi_assigned.pair_rank as gi_partner_rank,
    th_ranks.pair_rank as th_partner_rank
from assignable_pairs
left join assigned_pairs as gi_assigned on assignable_pairs.gi_store_number = gi_assigned.gi_store_number
left join th_ranks on assignable_pairs.th_store_number = th_ranks.th_store_number
where not coalesce(gi_assigned.pair_rank <= assignable_pairs.pair_rank, false)
    {%- if var('assignment') == '1:1' %}
    and not coalesce(th_ranks.pair_rank <= assignable_pairs.pair_rank, false)
    {%- endif %}
