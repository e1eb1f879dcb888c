-- Every candidate pair was proposed by a rule, every assigned pair is a candidate pair, and the keys above their cap
-- are those listed one by one.
with

yields as (
    select * from {{ ref('blocking_rule_yield') }}
),

candidate_total as (
    select count(*) as pairs
    from {{ ref('stg_candidate_pairs') }}
),

assigned_total as (
    select count(*) as pairs
    from {{ ref('stg_assigned_pairs') }}
),

listed_keys as (
    select
        rule_name,
        count(*) as keys_listed
    from {{ ref('capped_blocking_keys') }}
    group by rule_name
),

sums as (
    select
        coalesce(sum(proposed_pairs), 0) as proposed_pairs,
        coalesce(sum(only_proposed_pairs), 0) as only_proposed_pairs,
        coalesce(sum(assigned_pairs), 0) as assigned_pairs,
        coalesce(max(assigned_pairs), 0) as most_assigned_pairs
    from yields
)

select
    'candidate pairs' as what,
    sums.proposed_pairs as found,
    candidate_total.pairs as expected
from sums
cross join candidate_total
where candidate_total.pairs not between sums.only_proposed_pairs and sums.proposed_pairs
union all
select
    'assigned pairs' as what,
    sums.assigned_pairs as found,
    assigned_total.pairs as expected
from sums
cross join assigned_total
where assigned_total.pairs not between sums.most_assigned_pairs and sums.assigned_pairs
union all
select
    'capped keys of ' || yields.rule_name as what,
    coalesce(listed_keys.keys_listed, 0) as found,
    yields.capped_keys as expected
from yields
left join listed_keys on yields.rule_name = listed_keys.rule_name
where coalesce(listed_keys.keys_listed, 0) <> yields.capped_keys
