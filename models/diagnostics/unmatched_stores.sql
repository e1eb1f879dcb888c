{#- Points within which two candidates, or a candidate and the threshold, count as equally good. -#}
{%- set ambiguous_points = var('ambiguous_points', 10) -%}
{#- With n:1 a TH store that has a partner may take more. -#}
{%- set th_is_free = 'true' if var('assignment') == 'n:1' else 'th_is_unmatched' -%}
{%- set has_rivals = "unmatched.source_system = 'TH'" if var('assignment') == 'n:1' else 'true' -%}
{%- set leading_conditions = {
    'best': 'candidate_rank = 1', 'second': 'candidate_rank = 2', 'free': 'is_free and rank_among_alike = 1'
} -%}
{%- set families = comparison_families() -%}
{%- set scope_model = 'stg_scope_unmatched_stores' -%}

with

store_matches as (
    select
        store_key,
        source_system,
        status,
        partner_store_key,
        total_points,
        logic_version
    from {{ ref('stg_store_matches') }}
),

scored_pairs as (
    {%- if gold_scope_is_all() %}
    select * from {{ ref('stg_pair_scores') }}
    {%- else %}
    select * from {{ ref('stg_pair_scores') }}
    where gi_store_number in (select scope.store_number from {{ ref('stg_scope_unmatched_stores') }} as scope)
    union
    select * from {{ ref('stg_pair_scores') }}
    where th_store_number in (select scope.store_number from {{ ref('stg_scope_unmatched_stores') }} as scope)
    {%- endif %}
),

{% if not gold_scope_is_all() -%}
read_stores as (
    select store_number from {{ ref('stg_scope_unmatched_stores') }}
    union
    select gi_store_number as store_number from scored_pairs
    union
    select th_store_number as store_number from scored_pairs
),

{% endif -%}
current_stores as (
    select
        store_number,
        store_key,
        store_name,
        city,
        country_code,
        place_key
    from {{ ref('stg_current_stores') }}
    {%- if not gold_scope_is_all() %}
    where store_number in (select read_stores.store_number from read_stores)
    {%- endif %}
),

labelled_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ ref('stg_labelled_pairs') }}
    where decision = 'no_match'
),

match_scorecard as (
    select
        comparison,
        level,
        points
    from {{ ref('match_scorecard') }}
),

score_lookup as (
    select
        total_points,
        match_score
    from {{ ref('match_score_lookup') }}
),

-- A pair that a steward forbade is no candidate.
pair_scores as (
    select scored_pairs.*
    from scored_pairs
    left join labelled_pairs
        on scored_pairs.gi_store_number = labelled_pairs.gi_store_number
        and scored_pairs.th_store_number = labelled_pairs.th_store_number
    where labelled_pairs.gi_store_number is null
),

-- Stores that take part in the assignment: duplicates inside a source are not among them.
stores as (
    select
        current_stores.store_number,
        current_stores.store_key,
        current_stores.store_name,
        current_stores.city,
        current_stores.country_code,
        current_stores.place_key,
        store_matches.source_system,
        store_matches.status <> 'MATCHED' as is_unmatched,
        store_matches.partner_store_key,
        store_matches.total_points as partner_points,
        store_matches.logic_version
    from store_matches
    inner join current_stores on store_matches.store_key = current_stores.store_key
),

open_pairs as (
    select
        pair_scores.gi_store_number,
        pair_scores.th_store_number,
        pair_scores.total_points,
        coalesce(pair_scores.distance_metres, 99999) as metres,
        pair_scores.match_score,
        gi.store_key as gi_store_key,
        th.store_key as th_store_key,
        gi.is_unmatched as gi_is_unmatched,
        th.is_unmatched as th_is_unmatched
    from pair_scores
    inner join stores as gi on pair_scores.gi_store_number = gi.store_number
    inner join stores as th on pair_scores.th_store_number = th.store_number
    where gi.is_unmatched or th.is_unmatched
),

candidates as (
    select
        gi_store_number as store_number,
        th_store_number as candidate_number,
        th_store_key as candidate_key,
        total_points,
        metres,
        match_score,
        {{ th_is_free }} as is_free
    from open_pairs
    where gi_is_unmatched
    union all
    select
        th_store_number as store_number,
        gi_store_number as candidate_number,
        gi_store_key as candidate_key,
        total_points,
        metres,
        match_score,
        gi_is_unmatched as is_free
    from open_pairs
    where th_is_unmatched
),

-- The two best free and the two best taken candidates of a store hold its two best and its best free one.
leading_candidates as (
    select
        store_number,
        candidate_number,
        candidate_key,
        total_points,
        metres,
        match_score,
        is_free
    from candidates
    qualify row_number() over (
        partition by store_number, is_free
        order by total_points desc, metres asc, candidate_key asc
    ) <= 2
),

ranked_candidates as (
    select
        *,
        row_number() over (
            partition by store_number
            order by total_points desc, metres asc, candidate_key asc
        ) as candidate_rank,
        row_number() over (
            partition by store_number, is_free
            order by total_points desc, metres asc, candidate_key asc
        ) as rank_among_alike
    from leading_candidates
),

candidates_of_stores as (
    select
        store_number
        {%- for name, condition in leading_conditions.items() %},
        max(case when {{ condition }} then candidate_number end) as {{ name }}_number,
        max(case when {{ condition }} then total_points end) as {{ name }}_points,
        max(case when {{ condition }} then match_score end) as {{ name }}_score
        {%- endfor %}
    from ranked_candidates
    group by store_number
),

unmatched as (
    select
        stores.store_number,
        stores.store_key,
        stores.source_system,
        stores.store_name,
        stores.city,
        stores.country_code,
        stores.place_key,
        stores.logic_version,
        candidates_of_stores.best_number,
        candidates_of_stores.best_points,
        candidates_of_stores.best_score,
        candidates_of_stores.second_number,
        candidates_of_stores.second_points,
        candidates_of_stores.second_score,
        candidates_of_stores.free_number,
        candidates_of_stores.free_points,
        candidates_of_stores.free_score
        {%- for candidate in ['best', 'free'] %},
        case when stores.source_system = 'GI' then stores.store_number else {{ candidate }}_number end
            as {{ candidate }}_gi_number,
        case when stores.source_system = 'GI' then {{ candidate }}_number else stores.store_number end
            as {{ candidate }}_th_number
        {%- endfor %}
    from stores
    left join candidates_of_stores on stores.store_number = candidates_of_stores.store_number
    where stores.is_unmatched
        {{ where_in_scope('stores', scope_model, ['store_number'], gold_scope_is_all, begins_with='and') }}
),

-- The pairs whose points are taken apart: each store's with its best and with its best free candidate.
explained_pairs as (
    select
        best_gi_number as gi_store_number,
        best_th_number as th_store_number
    from unmatched
    where best_number is not null
    union
    select
        free_gi_number as gi_store_number,
        free_th_number as th_store_number
    from unmatched
    where free_number is not null
),

-- What each comparison would give were its values missing; null where the scorecard knows no such level.
missing_points as (
    select
        min(level) as level
        {%- for comparison in comparisons() %},
        max(case when comparison = '{{ comparison.name }}' then points end) as missing_{{ comparison.name }}
        {%- endfor %}
    from match_scorecard
    where level = 0
),

-- Only these pairs are taken apart again: the points of all pairs are not kept.
explained_measures as (
    select pair_scores.*
    from pair_scores
    inner join explained_pairs
        on pair_scores.gi_store_number = explained_pairs.gi_store_number
        and pair_scores.th_store_number = explained_pairs.th_store_number
),

explained_levels as (
    {{ pair_levels('explained_measures') }}
),

explained_points as (
    {{ pair_points('explained_levels', 'match_scorecard') }}
),

comparison_costs as (
    select
        explained_points.gi_store_number,
        explained_points.th_store_number
        {%- for family, names in families.items() %},
        0 {%- for name in names %}
        + coalesce(missing_points.missing_{{ name }} - explained_points.points_{{ name }}, 0)
        {%- endfor %} as cost_{{ family }}
        {%- endfor %}
    from explained_points
    cross join missing_points
),

greatest_costs as (
    select
        *,
        greatest(cost_{{ families | join(', cost_') }}) as greatest_cost
    from comparison_costs
),

costliest_comparisons as (
    select
        gi_store_number,
        th_store_number,
        greatest_cost,
        -- Equal costs: the first in the order of comparisons().
        case
            when greatest_cost <= 0 then null
            {%- for family in families %}
            when cost_{{ family }} = greatest_cost then '{{ family }}'
            {%- endfor %}
        end as costliest_comparison
    from greatest_costs
),

lookup_ends as (
    select
        min(total_points) as lowest_points,
        max(total_points) as highest_points,
        min(case when match_score >= {{ var('match_threshold') }} then total_points end) as threshold_points
    from score_lookup
),

with_costs as (
    select
        unmatched.*,
        lookup_ends.threshold_points,
        of_best.costliest_comparison,
        of_best.greatest_cost,
        case
            when unmatched.free_number is null then null
            -- Somebody else, unmatched too, is clearly nearer to the free candidate: a fix here would not win it.
            when {{ has_rivals }} and rivals.free_points > unmatched.free_points + {{ ambiguous_points }} then null
            else greatest(
                lookup_ends.lowest_points,
                least(
                    lookup_ends.highest_points,
                    unmatched.free_points + greatest(coalesce(of_free.greatest_cost, 0), 0)
                )
            )
        end as potential_points
    from unmatched
    cross join lookup_ends
    left join costliest_comparisons as of_best
        on unmatched.best_gi_number = of_best.gi_store_number
        and unmatched.best_th_number = of_best.th_store_number
    left join costliest_comparisons as of_free
        on unmatched.free_gi_number = of_free.gi_store_number
        and unmatched.free_th_number = of_free.th_store_number
    left join unmatched as rivals on unmatched.free_number = rivals.store_number
),

-- What failed is told apart from what a later run finds by what the sources gave.
inputs as (
    select
        given_stores.store_number,
        {{ input_hash('given_stores') }} as input_hash
    from {{ ref('stg_current_stores') }} as given_stores
    where given_stores.store_number in (select with_costs.store_number from with_costs)
        or given_stores.store_number in (select with_costs.free_number from with_costs)
),

unmatched_stores as (
    select
        cast(with_costs.store_key as varchar) as store_key,
        cast(with_costs.source_system as varchar) as source_system,
        cast(with_costs.store_name as varchar) as store_name,
        cast(with_costs.city as varchar) as city,
        cast(with_costs.country_code as varchar) as country_code,
        cast(case
            when with_costs.best_number is null then 'no_candidate'
            when with_costs.best_score >= {{ var('match_threshold') }} then 'partner_taken'
            when with_costs.best_points >= with_costs.threshold_points - {{ ambiguous_points }}
                and with_costs.second_points >= with_costs.best_points - {{ ambiguous_points }} then 'ambiguous'
            else 'below_threshold'
        end as varchar) as failure_cause,
        cast(best_stores.store_key as varchar) as best_candidate_key,
        cast(best_stores.store_name as varchar) as best_candidate_name,
        cast(with_costs.best_points as integer) as best_candidate_points,
        cast(with_costs.best_score as double) as best_candidate_score,
        cast(second_stores.store_key as varchar) as second_candidate_key,
        cast(second_stores.store_name as varchar) as second_candidate_name,
        cast(with_costs.second_points as integer) as second_candidate_points,
        cast(with_costs.second_score as double) as second_candidate_score,
        cast(free_stores.store_key as varchar) as free_candidate_key,
        cast(free_stores.store_name as varchar) as free_candidate_name,
        cast(with_costs.free_points as integer) as free_candidate_points,
        cast(with_costs.free_score as double) as free_candidate_score,
        cast(best_stores.partner_store_key as varchar) as taken_by_store_key,
        cast(best_stores.partner_points as integer) as taken_by_points,
        cast(with_costs.costliest_comparison as varchar) as costliest_comparison,
        cast(case when with_costs.greatest_cost > 0 then with_costs.greatest_cost end as integer) as points_lost,
        cast(potential.match_score as double) as potential_score,
        cast(with_costs.logic_version as varchar) as logic_version,
        cast({{ pair_input_hash('inputs_of_store.input_hash', 'inputs_of_free.input_hash') }} as varchar) as input_hash,
        cast(with_costs.place_key as bigint) as place_key
    from with_costs
    left join stores as best_stores on with_costs.best_number = best_stores.store_number
    left join stores as second_stores on with_costs.second_number = second_stores.store_number
    left join stores as free_stores on with_costs.free_number = free_stores.store_number
    left join inputs as inputs_of_store on with_costs.store_number = inputs_of_store.store_number
    left join inputs as inputs_of_free on with_costs.free_number = inputs_of_free.store_number
    left join score_lookup as potential on with_costs.potential_points = potential.total_points
    {{ where_in_scope('with_costs', scope_model, {'store_key': 'written_store_key'}, gold_scope_is_all) }}
)

select * from unmatched_stores
