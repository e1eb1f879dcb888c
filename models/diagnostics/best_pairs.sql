{#- Pairs that are kept of each store. -#}
{%- set pairs_per_store = 3 -%}

with

store_matches as (
    select store_key
    from {{ ref('stg_store_matches') }}
),

-- The rank of a pair among those of a store takes all pairs of the store.
pair_scores as (
    {%- if gold_scope_is_all() %}
    select * from {{ ref('stg_pair_scores') }}
    {%- else %}
    select * from {{ ref('stg_pair_scores') }}
    where gi_store_number in (select scope.gi_store_number from {{ ref('stg_scope_best_pairs') }} as scope)
    union
    select * from {{ ref('stg_pair_scores') }}
    where th_store_number in (select scope.th_store_number from {{ ref('stg_scope_best_pairs') }} as scope)
    {%- endif %}
),

current_stores as (
    select
        store_number,
        store_key,
        place_key
    from {{ ref('stg_current_stores') }}
    {%- if not gold_scope_is_all() %}
    where store_number in (
        select pair_scores.gi_store_number from pair_scores
        union
        select pair_scores.th_store_number from pair_scores
    )
    {%- endif %}
),

assigned_pairs as (
    select
        gi_store_number,
        th_store_number
    from {{ ref('stg_assigned_pairs') }}
),

-- Stores that take part in the assignment: duplicates inside a source are not among them.
stores as (
    select
        current_stores.store_number,
        current_stores.store_key,
        current_stores.place_key
    from store_matches
    inner join current_stores on store_matches.store_key = current_stores.store_key
),

pairs as (
    select
        pair_scores.gi_store_number,
        pair_scores.th_store_number,
        pair_scores.total_points,
        pair_scores.match_score,
        pair_scores.distance_metres,
        pair_scores.logic_version,
        gi_stores.store_key as gi_store_key,
        th_stores.store_key as th_store_key
    from pair_scores
    inner join stores as gi_stores on pair_scores.gi_store_number = gi_stores.store_number
    inner join stores as th_stores on pair_scores.th_store_number = th_stores.store_number
),

ranked_pairs as (
    select
        gi_store_number,
        th_store_number,
        total_points,
        match_score,
        logic_version,
        {{ pair_rank(among='gi_store_number', by_label=false) }} as rank_of_gi_store,
        {{ pair_rank(among='th_store_number', by_label=false) }} as rank_of_th_store
    from pairs
),

-- The pair that a store was given is kept too, when three others came before it and were taken.
leading_pairs as (
    select
        ranked_pairs.gi_store_number,
        ranked_pairs.th_store_number,
        ranked_pairs.total_points,
        ranked_pairs.match_score,
        ranked_pairs.logic_version,
        ranked_pairs.rank_of_gi_store,
        ranked_pairs.rank_of_th_store,
        assigned_pairs.gi_store_number is not null as is_assigned
    from ranked_pairs
    left join assigned_pairs
        on ranked_pairs.gi_store_number = assigned_pairs.gi_store_number
        and ranked_pairs.th_store_number = assigned_pairs.th_store_number
    where ranked_pairs.rank_of_gi_store <= {{ pairs_per_store }}
        or ranked_pairs.rank_of_th_store <= {{ pairs_per_store }}
        or assigned_pairs.gi_store_number is not null
),

-- Only these pairs are taken apart: the levels of all pairs are not kept.
leading_measures as (
    select pair_scores.*
    from pair_scores
    inner join leading_pairs
        on pair_scores.gi_store_number = leading_pairs.gi_store_number
        and pair_scores.th_store_number = leading_pairs.th_store_number
),

leading_levels as (
    {{ pair_levels('leading_measures') }}
),

best_pairs as (
    select
        cast(gi_stores.store_key as varchar) as gi_store_key,
        cast(th_stores.store_key as varchar) as th_store_key,
        cast(leading_pairs.total_points as integer) as total_points,
        cast(leading_pairs.match_score as double) as match_score,
        cast(case
            when leading_pairs.rank_of_gi_store <= {{ pairs_per_store }} then leading_pairs.rank_of_gi_store
        end as integer) as rank_of_gi_store,
        cast(case
            when leading_pairs.rank_of_th_store <= {{ pairs_per_store }} then leading_pairs.rank_of_th_store
        end as integer) as rank_of_th_store,
        cast(leading_pairs.is_assigned as boolean) as is_assigned,
        cast(leading_levels.distance_metres as integer) as distance_metres,
        {%- for comparison in comparisons() %}
        cast(leading_levels.level_{{ comparison.name }} as integer) as level_{{ comparison.name }},
        {%- endfor %}
        cast(leading_pairs.logic_version as varchar) as logic_version,
        cast(gi_stores.place_key as bigint) as place_key
    from leading_pairs
    inner join leading_levels
        on leading_pairs.gi_store_number = leading_levels.gi_store_number
        and leading_pairs.th_store_number = leading_levels.th_store_number
    inner join stores as gi_stores on leading_pairs.gi_store_number = gi_stores.store_number
    inner join stores as th_stores on leading_pairs.th_store_number = th_stores.store_number
    {{ where_in_scope('leading_pairs', 'stg_scope_best_pairs', pair_columns(), gold_scope_is_all) }}
)

select * from best_pairs
