-- Pairs that a change gained or lost, the dearest first. Against another threshold (compare_threshold, default 70), or
-- against a crosswalk kept from before (previous_crosswalk: a relation with the columns of GOLD.STORE_CROSSWALK):
-- dbt show --select gained_and_lost_pairs --limit 100 --output json --vars '{compare_threshold: 80}'
-- dbt show --select gained_and_lost_pairs --limit 100 --output json --vars '{previous_crosswalk: old.store_crosswalk}'
{%- set previous_crosswalk = var('previous_crosswalk', '') %}
{%- set compare_threshold = var('compare_threshold', 70) | float %}
{%- set threshold = var('match_threshold') | float %}

with

stores as (
    select
        store_number,
        store_key,
        store_name,
        city
    from {{ ref('stg_current_stores') }}
),

{%- if previous_crosswalk %}

{%- for name, relation in [('earlier', previous_crosswalk), ('later', ref('gold_store_crosswalk'))] %}

{{ name }}_pairs as (
    select
        gi_members.store_key as gi_store_key,
        th_members.store_key as th_store_key
    from {{ relation }} as gi_members
    inner join {{ relation }} as th_members on gi_members.gold_store_id = th_members.gold_store_id
    where gi_members.source_system = 'GI' and gi_members.store_role = 'representative'
        and th_members.source_system = 'TH' and th_members.store_role = 'representative'
),
{%- endfor %}

{%- else %}

{{ assignment_from([threshold, compare_threshold] | min) }},

keyed_pairs as (
    select
        gi_stores.store_key as gi_store_key,
        th_stores.store_key as th_store_key,
        pairs_from.match_score
    from pairs_from
    inner join stores as gi_stores on pairs_from.gi_store_number = gi_stores.store_number
    inner join stores as th_stores on pairs_from.th_store_number = th_stores.store_number
),

{%- for name, lowest_score in [('earlier', threshold), ('later', compare_threshold)] %}

{{ name }}_pairs as (
    select
        gi_store_key,
        th_store_key
    from keyed_pairs
    where match_score >= {{ lowest_score }}
),
{%- endfor %}

{%- endif %}

changes as (
    select
        coalesce(earlier_pairs.gi_store_key, later_pairs.gi_store_key) as gi_store_key,
        coalesce(earlier_pairs.th_store_key, later_pairs.th_store_key) as th_store_key,
        case when earlier_pairs.gi_store_key is null then 'gained' else 'lost' end as change
    from earlier_pairs
    full outer join later_pairs
        on earlier_pairs.gi_store_key = later_pairs.gi_store_key
        and earlier_pairs.th_store_key = later_pairs.th_store_key
    where earlier_pairs.gi_store_key is null or later_pairs.gi_store_key is null
)

select
    changes.change,
    changes.gi_store_key,
    gi_stores.store_name as gi_store_name,
    gi_stores.city as gi_city,
    changes.th_store_key,
    th_stores.store_name as th_store_name,
    th_stores.city as th_city,
    pair_scores.total_points,
    pair_scores.match_score
from changes
left join stores as gi_stores on changes.gi_store_key = gi_stores.store_key
left join stores as th_stores on changes.th_store_key = th_stores.store_key
left join {{ ref('stg_pair_scores') }} as pair_scores
    on gi_stores.store_number = pair_scores.gi_store_number
    and th_stores.store_number = pair_scores.th_store_number
order by
    changes.change asc,
    pair_scores.total_points desc nulls last,
    changes.gi_store_key asc,
    changes.th_store_key asc
