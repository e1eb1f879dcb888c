-- What every threshold would give, without building anything: matched pairs, how many of them should be right by
-- their own probabilities, and what the last step of five gained. One-to-one assignment.
-- dbt show --select threshold_sweep --limit 30
{%- set lowest_score = var('sweep_from', 5) %}
{%- set step = 5 %}

with

{{ assignment_from(lowest_score) }},

thresholds as (
    select generated_number * {{ step }} as threshold
    from ({{ dbt.generate_series((100 / step) | int - 1) }}) as steps
),

sums as (
    select
        thresholds.threshold,
        count(*) as matched_pairs,
        sum(cast(pairs_from.match_score as numeric(18, 6))) / 100 as expected_right,
        sum(case when pairs_from.match_score < thresholds.threshold + {{ step }} then 1 else 0 end) as pairs_of_step,
        sum(
            case
                when pairs_from.match_score < thresholds.threshold + {{ step }}
                    then cast(pairs_from.match_score as numeric(18, 6))
            end
        ) / 100 as expected_right_of_step
    from thresholds
    inner join pairs_from on thresholds.threshold <= pairs_from.match_score
    where thresholds.threshold >= {{ lowest_score }}
    group by thresholds.threshold
)

select
    threshold,
    threshold = {{ var('match_threshold') }} as is_in_use,
    matched_pairs,
    round(expected_right, 1) as expected_right,
    round(100.0 * expected_right / matched_pairs, 2) as expected_precision_percent,
    round(100.0 * expected_right / max(expected_right) over (), 2) as expected_right_kept_percent,
    pairs_of_step,
    round(100.0 * expected_right_of_step / nullif(pairs_of_step, 0), 2) as expected_precision_of_step_percent
from sums
order by threshold
