{# The CTEs of `rounds` rounds of mutual best over a CTE `open_pairs_0` (gi_store_number, th_store_number,
   pair_rank): each round takes every pair that is the best of both its stores, then removes the pairs of the
   stores taken. Gives taken_pairs_1 … taken_pairs_n and open_pairs_n.
   Taking pairs by falling points, ties by rank, has one solution, and this reaches it (Gale & Shapley 1962 with
   one common order on both sides; the rounds are those of a local-maximum matching). #}
{% macro mutual_best_rounds(rounds) -%}
    {%- for round in range(1, rounds + 1) %}
gi_best_{{ round }} as (
    select
        gi_store_number,
        min(pair_rank) as pair_rank
    from open_pairs_{{ round - 1 }}
    group by gi_store_number
),

th_best_{{ round }} as (
    select
        th_store_number,
        min(pair_rank) as pair_rank
    from open_pairs_{{ round - 1 }}
    group by th_store_number
),

taken_pairs_{{ round }} as (
    select
        gi_best_{{ round }}.gi_store_number,
        th_best_{{ round }}.th_store_number,
        th_best_{{ round }}.pair_rank
    from gi_best_{{ round }}
    inner join th_best_{{ round }} on gi_best_{{ round }}.pair_rank = th_best_{{ round }}.pair_rank
),

open_pairs_{{ round }} as (
    select open_pairs_{{ round - 1 }}.*
    from open_pairs_{{ round - 1 }}
    left join taken_pairs_{{ round }} as gi_taken
        on open_pairs_{{ round - 1 }}.gi_store_number = gi_taken.gi_store_number
    left join taken_pairs_{{ round }} as th_taken
        on open_pairs_{{ round - 1 }}.th_store_number = th_taken.th_store_number
    where gi_taken.gi_store_number is null and th_taken.th_store_number is null
){% if not loop.last %},
{% endif %}
    {%- endfor %}
{%- endmacro %}
