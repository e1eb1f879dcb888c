with

unmatched_stores as (
    select
        failure_cause,
        costliest_comparison,
        country_code,
        source_system,
        potential_score
    from {{ ref('unmatched_stores') }}
),

counted as (
    select
        failure_cause,
        costliest_comparison,
        country_code,
        count(*) as store_count,
        sum(case when source_system = 'GI' then 1 else 0 end) as gi_store_count,
        sum(case when source_system = 'TH' then 1 else 0 end) as th_store_count,
        sum(case when potential_score >= {{ var('match_threshold') }} then 1 else 0 end) as fixable_store_count
    from unmatched_stores
    group by failure_cause, costliest_comparison, country_code
),

match_failure_patterns as (
    select
        cast({{ failure_pattern('failure_cause', 'costliest_comparison', 'country_code') }} as varchar) as pattern,
        cast(failure_cause as varchar) as failure_cause,
        cast(costliest_comparison as varchar) as costliest_comparison,
        cast(country_code as varchar) as country_code,
        cast(store_count as bigint) as store_count,
        cast(gi_store_count as bigint) as gi_store_count,
        cast(th_store_count as bigint) as th_store_count,
        cast(fixable_store_count as bigint) as fixable_store_count,
        cast(store_count as double) / sum(store_count) over (partition by country_code) as share_of_country,
        cast(store_count as double) / sum(store_count) over () as share_of_all
    from counted
)

select * from match_failure_patterns
