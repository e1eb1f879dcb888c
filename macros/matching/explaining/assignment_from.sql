{# CTEs that assign one-to-one from a lower score than the threshold in use: pairs_from (gi_store_number,
   th_store_number, total_points, match_score). Taking pairs by falling points, the assignment of any higher threshold
   is the part of it from that score on, so that one pass answers for all thresholds.
   Uses the unrolled rounds of mutual best; the few pairs that need more rounds are left out, none at fifteen on the
   lists measured. lowest_score: match score from which pairs may be assigned. #}
{% macro assignment_from(lowest_score) -%}
{%- set rounds = 15 -%}
representative_pairs as (
    select
        pair_scores.gi_store_number,
        pair_scores.th_store_number,
        pair_scores.total_points,
        pair_scores.match_score,
        pair_scores.distance_metres
    from {{ ref('stg_pair_scores') }} as pair_scores
    left join {{ ref('stg_store_duplicates') }} as gi_duplicates
        on pair_scores.gi_store_number = gi_duplicates.store_number
    left join {{ ref('stg_store_duplicates') }} as th_duplicates
        on pair_scores.th_store_number = th_duplicates.store_number
    where pair_scores.match_score >= {{ lowest_score }}
        and gi_duplicates.store_number is null
        and th_duplicates.store_number is null
),

keyed_pairs as (
    {{ keyed_pairs('representative_pairs', ref('stg_current_stores')) }}
),

open_pairs_0 as (
    select
        *,
        {{ pair_rank(by_label=false) }} as pair_rank
    from keyed_pairs
),

{{ mutual_best_rounds(rounds) }},

pairs_from as (
    select
        open_pairs_0.gi_store_number,
        open_pairs_0.th_store_number,
        open_pairs_0.total_points,
        open_pairs_0.match_score
    from open_pairs_0
    inner join (
        {%- for round in range(1, rounds + 1) %}
        select pair_rank from taken_pairs_{{ round }}
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ) as taken on open_pairs_0.pair_rank = taken.pair_rank
)
{%- endmacro %}
