with

healing_outcomes as (
    select
        logic_version,
        outcome,
        score_before,
        score_after
    from {{ ref('healing_outcomes') }}
    where logic_version is not null
),

healing_lift as (
    select
        cast(logic_version as varchar) as logic_version,
        cast(count(*) as bigint) as triggers,
        cast(sum(case when outcome = 'healed' then 1 else 0 end) as bigint) as healed,
        cast(sum(case when outcome = 'healed' then 1 else 0 end) as double) / count(*) as healed_share,
        -- Decimals, because sums of doubles differ between thread counts.
        cast(avg(cast(score_after as numeric(18, 6)) - cast(score_before as numeric(18, 6))) as double) as mean_lift
    from healing_outcomes
    group by logic_version
)

select * from healing_lift
