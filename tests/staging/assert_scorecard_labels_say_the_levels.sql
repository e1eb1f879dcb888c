-- The labels that training wrote beside the points are those that the comparisons give today: a scorecard learned for
-- other cuts would score without an error, and wrongly.
with

match_scorecard as (
    select
        comparison,
        level,
        label
    from {{ ref('match_scorecard') }}
),

todays_labels as (
    {%- for comparison in comparisons() %}
    select
        comparison,
        level,
        label,
        {{ level_in_words(comparison, 'level') }} as todays_label
    from match_scorecard
    where comparison = '{{ comparison.name }}'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select *
from todays_labels
where not coalesce(label = todays_label, false)
