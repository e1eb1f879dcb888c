-- What its strategy removed and added is read here.
-- depends_on: {{ ref('stg_pair_scores') }}
with

scope_matches as (
    select store_number
    from {{ ref('stg_scope_matches') }}
),

removed_matches as (
    select
        store_key,
        status,
        partner_store_key,
        total_points
    from {{ source('scope', 'removed_store_matches') }}
),

added_matches as (
    select
        store_key,
        status,
        partner_store_key,
        total_points
    from {{ source('scope', 'added_store_matches') }}
),

removed_pairs as (
    select
        gi_store_number,
        th_store_number,
        total_points,
        distance_metres
    from {{ source('scope', 'removed_pair_scores') }}
),

added_pairs as (
    select
        gi_store_number,
        th_store_number,
        total_points,
        distance_metres
    from {{ source('scope', 'added_pair_scores') }}
),

removed_stores as (
    select store_number
    from {{ source('scope', 'removed_current_stores') }}
),

added_stores as (
    select store_number
    from {{ source('scope', 'added_current_stores') }}
),

removed_labels as (
    select
        gi_store_number,
        th_store_number
    from {{ source('scope', 'removed_labelled_pairs') }}
),

added_labels as (
    select
        gi_store_number,
        th_store_number
    from {{ source('scope', 'added_labelled_pairs') }}
),

pair_scores as (
    select
        gi_store_number,
        th_store_number
    from {{ ref('stg_pair_scores') }}
    where {{ only_with_scope(gold_scope_is_all) }}
),

store_matches as (
    select
        store_key,
        status
    from {{ ref('stg_store_matches') }}
    where {{ only_with_scope(gold_scope_is_all) }}
),

store_numbers as (
    select
        store_number,
        store_key
    from {{ ref('stg_store_numbers') }}
    where {{ only_with_scope(gold_scope_is_all) }}
),

unmatched_stores as (
    select store_numbers.store_number
    from store_numbers
    inner join store_matches on store_numbers.store_key = store_matches.store_key
    where store_matches.status <> 'MATCHED'
),

-- Written anew by another version of the logic is no change by itself.
{%- for name in ['matches', 'pairs'] %}
lost_{{ name }} as (
    select * from removed_{{ name }}
    except
    select * from added_{{ name }}
),

gained_{{ name }} as (
    select * from added_{{ name }}
    except
    select * from removed_{{ name }}
),
{% endfor %}
changed_matches as (
    select * from lost_matches
    union all
    select * from gained_matches
),

changed_pairs as (
    select * from lost_pairs
    union all
    select * from gained_pairs
),

pairs_written as (
    select
        gi_store_number,
        th_store_number
    from removed_pairs
    union
    select
        gi_store_number,
        th_store_number
    from added_pairs
),

own_rows as (
    select store_number from scope_matches
    union
    select gi_store_number as store_number from pairs_written
    union
    select th_store_number as store_number from pairs_written
),

changed_stores as (
    select store_numbers.store_number
    from store_numbers
    inner join changed_matches on store_numbers.store_key = changed_matches.store_key
    union
    select gi_store_number as store_number from changed_pairs
    union
    select th_store_number as store_number from changed_pairs
    union
    select store_number from removed_stores
    union
    select store_number from added_stores
    {%- for change in ['removed', 'added'] %}
    union
    select gi_store_number as store_number from {{ change }}_labels
    union
    select th_store_number as store_number from {{ change }}_labels
    {%- endfor %}
),

{#- A store is told who its candidates are, whether they are free, and how near the rivals come: stores that are two
    candidate pairs away from a change. The rivals of those are only read. #}
{%- set steps = ['changed_stores', 'candidates_of_changed', 'rivals', 'rivals_of_rivals'] %}
{%- for before, now in [(steps[0], steps[1]), (steps[1], steps[2]), (steps[2], steps[3])] %}
pairs_of_{{ before }} as (
    select pair_scores.th_store_number as store_number
    from pair_scores
    inner join {{ before }} as stores on pair_scores.gi_store_number = stores.store_number
    union
    select pair_scores.gi_store_number as store_number
    from pair_scores
    inner join {{ before }} as stores on pair_scores.th_store_number = stores.store_number
),

{{ now }} as (
    select unmatched_stores.store_number
    from unmatched_stores
    inner join pairs_of_{{ before }} as met on unmatched_stores.store_number = met.store_number
),
{% endfor %}

reached as (
    select
        store_number,
        0 as pairs_away
    from own_rows
    union all
    select
        store_number,
        0 as pairs_away
    from changed_stores
    {%- for step in steps[1:] %}
    union all
    select
        store_number,
        {{ loop.index }} as pairs_away
    from {{ step }}
    {%- endfor %}
),

nearest as (
    select
        store_number,
        min(pairs_away) as pairs_away
    from reached
    group by store_number
),

stg_scope_unmatched_stores as (
    select
        nearest.store_number,
        store_numbers.store_key,
        nearest.pairs_away = 0 as is_changed,
        case when nearest.pairs_away <= 2 then store_numbers.store_key end as written_store_key
    from nearest
    inner join store_numbers on nearest.store_number = store_numbers.store_number
    where {{ only_with_scope(gold_scope_is_all) }}
)

select * from stg_scope_unmatched_stores
