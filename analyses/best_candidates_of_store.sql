-- The best candidates of one store, of either source, and who has them:
-- dbt show --select best_candidates_of_store --limit 20 --output json --vars '{store_key: "GI:…"}'
{%- set store_key = var('store_key', '') %}

with

stores as (
    select
        store_number,
        store_key,
        store_name,
        address,
        postcode,
        city
    from {{ ref('stg_current_stores') }}
),

asked_stores as (
    select store_number
    from stores
    where store_key = '{{ store_key | replace("'", "''") }}'
),

candidates as (
    {%- for own, other in [('gi', 'th'), ('th', 'gi')] %}
    select
        pair_scores.{{ other }}_store_number as candidate_number,
        pair_scores.total_points,
        pair_scores.match_score,
        pair_scores.distance_metres,
        pair_scores.rule_bits
    from {{ ref('stg_pair_scores') }} as pair_scores
    inner join asked_stores on pair_scores.{{ own }}_store_number = asked_stores.store_number
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    stores.store_key as candidate_key,
    stores.store_name,
    stores.address,
    stores.postcode,
    stores.city,
    candidates.distance_metres,
    candidates.total_points,
    candidates.match_score,
    candidates.match_score >= {{ var('match_threshold') }} as may_be_assigned,
    store_matches.status,
    store_matches.partner_store_key,
    store_matches.total_points as partner_points,
    duplicates.representative_store_key
    {%- for rule in blocking_rules() %},
    {{ shares_a_bit('candidates.rule_bits', rule.bit) }} as by_{{ rule.name }}
    {%- endfor %}
from candidates
inner join stores on candidates.candidate_number = stores.store_number
left join {{ ref('stg_store_matches') }} as store_matches on stores.store_key = store_matches.store_key
left join {{ ref('stg_store_duplicates') }} as duplicates on stores.store_key = duplicates.store_key
order by candidates.total_points desc, coalesce(candidates.distance_metres, 99999) asc, stores.store_number asc
