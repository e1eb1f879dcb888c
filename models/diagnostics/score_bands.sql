{%- set band_width = 5 -%}

with

pair_scores as (
    select match_score
    from {{ ref('stg_pair_scores') }}
),

assigned_pairs as (
    select
        gi_store_number,
        th_store_number,
        match_score
    from {{ ref('stg_assigned_pairs') }}
),

bands as (
    {{ dbt.generate_series((100 / band_width) | int) }}
),

-- The last band holds its upper end too: a score of 100 belongs to 95 to 100.
pairs_of_bands as (
    select
        least(floor(match_score / {{ band_width }}), {{ (100 / band_width) | int - 1 }}) + 1 as band_number,
        count(*) as pairs
    from pair_scores
    group by 1
),

assigned_of_bands as (
    select
        least(floor(match_score / {{ band_width }}), {{ (100 / band_width) | int - 1 }}) + 1 as band_number,
        count(*) as pairs,
        count(distinct gi_store_number) + count(distinct th_store_number) as stores,
        -- Decimals, because sums of doubles differ between thread counts; the quotient is a double on both engines.
        cast(sum(cast(match_score as numeric(18, 6))) as double) / 100 as expected_matches
    from assigned_pairs
    group by 1
),

score_bands as (
    select
        cast((bands.generated_number - 1) * {{ band_width }} as integer) as score_from,
        cast(bands.generated_number * {{ band_width }} as integer) as score_to,
        cast(coalesce(pairs_of_bands.pairs, 0) as bigint) as scored_pairs,
        cast(coalesce(assigned_of_bands.pairs, 0) as bigint) as assigned_pairs,
        cast(coalesce(assigned_of_bands.stores, 0) as bigint) as assigned_stores,
        cast(coalesce(assigned_of_bands.expected_matches, 0) as double) as expected_matches
    from bands
    left join pairs_of_bands on bands.generated_number = pairs_of_bands.band_number
    left join assigned_of_bands on bands.generated_number = assigned_of_bands.band_number
)

select * from score_bands
