-- The patterns hold every unmatched store once, their shares come to one, and each pattern shows as many examples as
-- it has stores, five at most.
with

patterns as (
    select
        pattern,
        store_count,
        share_of_all
    from {{ ref('match_failure_patterns') }}
),

examples as (
    select
        pattern,
        count(*) as examples
    from {{ ref('match_failure_examples') }}
    group by pattern
),

totals as (
    select
        coalesce(sum(store_count), 0) as stores_in_patterns,
        coalesce(sum(share_of_all), 1) as share_of_patterns
    from patterns
),

unmatched as (
    select count(*) as unmatched_stores
    from {{ ref('unmatched_stores') }}
)

select
    'all' as pattern,
    totals.stores_in_patterns as found,
    unmatched.unmatched_stores as expected
from totals
cross join unmatched
where totals.stores_in_patterns <> unmatched.unmatched_stores
    or abs(totals.share_of_patterns - 1) > 0.000001
union all
select
    patterns.pattern,
    coalesce(examples.examples, 0) as found,
    least(patterns.store_count, 5) as expected
from patterns
left join examples on patterns.pattern = examples.pattern
where coalesce(examples.examples, 0) <> least(patterns.store_count, 5)
