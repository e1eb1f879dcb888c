with

stores as (
    select
        store_number,
        store_key,
        source_system,
        place_key
    from {{ ref('stg_current_stores') }}
),

store_duplicates as (
    select store_number
    from {{ ref('stg_store_duplicates') }}
),

assigned_pairs as (
    select
        gi_store_number,
        th_store_number,
        total_points,
        match_score,
        distance_metres,
        labelled_at
    from {{ ref('stg_assigned_pairs') }} as assigned_pairs
    {{ where_in_scope('assigned_pairs', 'stg_scope_matches', {'gi_store_number': 'store_number'}) }}
    {{ where_in_scope('assigned_pairs', 'stg_scope_matches', {'th_store_number': 'store_number'}, begins_with='or') }}
),

keyed_pairs as (
    {{ keyed_pairs('assigned_pairs', 'stores') }}
),

-- With n:1 a TH store has several partners: its row names the best.
best_of_th_stores as (
    select
        *,
        {{ pair_rank(among='th_store_number') }} as rank_of_th_store
    from keyed_pairs
),

sides as (
    select
        gi_store_number as store_number,
        th_store_number as partner_number,
        total_points,
        match_score,
        labelled_at
    from keyed_pairs
    union all
    select
        th_store_number as store_number,
        gi_store_number as partner_number,
        total_points,
        match_score,
        labelled_at
    from best_of_th_stores
    where rank_of_th_store = 1
),

stg_store_matches as (
    select
        stores.store_key,
        stores.source_system,
        -- Cast, because a literal has its own length, and Iceberg's columns have none.
        cast(
            case
                when sides.store_number is not null then 'MATCHED'
                when stores.source_system = 'GI' then 'GI_ONLY'
                else 'TH_ONLY'
            end as varchar
        ) as status,
        partners.store_key as partner_store_key,
        sides.total_points,
        sides.match_score,
        cast(
            case when sides.labelled_at is not null then 'steward' when sides.store_number is not null then 'score' end
            as varchar
        ) as decided_by,
        cast('{{ logic_version() }}' as varchar) as logic_version,
        stores.place_key
    from stores
    left join store_duplicates on stores.store_number = store_duplicates.store_number
    left join sides on stores.store_number = sides.store_number
    left join stores as partners on sides.partner_number = partners.store_number
    where store_duplicates.store_number is null
        {{ where_in_scope('stores', 'stg_scope_matches', ['store_number'], begins_with='and') }}
)

select * from stg_store_matches
