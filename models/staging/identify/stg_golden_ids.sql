{#- How often a new id is made again until it is free; a store needs one more each time it loses its id to another. -#}
{%- set last_attempt = 9 -%}

with

store_matches as (
    select
        store_key,
        source_system,
        status,
        partner_store_key,
        total_points,
        match_score
    from {{ ref('stg_store_matches') }}
),

released_crosswalk as (
    select
        store_key,
        gold_store_id,
        store_role
    from {{ source('released', 'store_crosswalk') }}
),

{% if not gold_scope_is_all() -%}
golden_ids as (
    select
        leading_store_key,
        gold_store_id
    from {{ source('previous', 'golden_ids') }}
),

scope_golden_ids as (
    select leading_store_key
    from {{ ref('stg_scope_golden_ids') }}
),

{% endif -%}
-- With n:1 several GI stores share a TH store: the TH row names the best of them, which alone gives key and fields.
golden_keys as (
    select
        store_key as leading_store_key,
        status as match_status,
        case when source_system = 'GI' then store_key else partner_store_key end as gi_store_key,
        case when source_system = 'TH' then store_key else partner_store_key end as th_store_key,
        total_points,
        match_score
    from store_matches
    where (source_system = 'TH' or status = 'GI_ONLY')
        {{ where_in_scope(
            'store_matches', 'stg_scope_golden_ids', {'store_key': 'leading_store_key'}, gold_scope_is_all, 'and'
        ) }}
),

-- An id that several TH stores had (a representative and its duplicates) stays with one of them.
kept_by_th as (
    select
        golden_keys.leading_store_key,
        released_crosswalk.gold_store_id
    from golden_keys
    inner join released_crosswalk on golden_keys.th_store_key = released_crosswalk.store_key
    qualify row_number() over (
        partition by released_crosswalk.gold_store_id
        order by
            case released_crosswalk.store_role when 'representative' then 0 else 1 end asc,
            released_crosswalk.store_key asc
    ) = 1
),

-- What no TH store keeps may stay with a GI store whose golden store has no id yet.
kept_by_gi as (
    select
        golden_keys.leading_store_key,
        released_crosswalk.gold_store_id
    from golden_keys
    inner join released_crosswalk on golden_keys.gi_store_key = released_crosswalk.store_key
    left join kept_by_th as golden_stores_with_id
        on golden_keys.leading_store_key = golden_stores_with_id.leading_store_key
    left join kept_by_th as ids_taken on released_crosswalk.gold_store_id = ids_taken.gold_store_id
    where golden_stores_with_id.leading_store_key is null and ids_taken.gold_store_id is null
    qualify row_number() over (
        partition by released_crosswalk.gold_store_id
        order by
            case released_crosswalk.store_role when 'representative' then 0 else 1 end asc,
            released_crosswalk.store_key asc
    ) = 1
),

kept_ids as (
    select
        leading_store_key,
        gold_store_id,
        'th_store' as id_origin
    from kept_by_th
    union all
    select
        leading_store_key,
        gold_store_id,
        'gi_store' as id_origin
    from kept_by_gi
),

with_kept_ids as (
    select
        golden_keys.*,
        kept_ids.gold_store_id as kept_id,
        kept_ids.id_origin,
        coalesce(golden_keys.gi_store_key, '')
        -- With the length of the first key no id with a bar in it can pass for two.
        || case
            when golden_keys.match_status = 'MATCHED'
                then '|' || cast(length(golden_keys.gi_store_key) as varchar) || '|'
            else ''
        end
        || coalesce(golden_keys.th_store_key, '') as key_text
    from golden_keys
    left join kept_ids on golden_keys.leading_store_key = kept_ids.leading_store_key
),

with_first_ids as (
    select
        *,
        case when kept_id is null then {{ gold_store_id('key_text') }} end as first_id
    from with_kept_ids
),

held_ids as (
    select gold_store_id from kept_ids
    {%- if not gold_scope_is_all() %}
    union all
    select golden_ids.gold_store_id
    from golden_ids
    left join scope_golden_ids on golden_ids.leading_store_key = scope_golden_ids.leading_store_key
    where scope_golden_ids.leading_store_key is null
    {%- endif %}
),

-- New ids that another golden store holds: it came by it through a store that was once part of this one.
taken_first_ids as (
    select
        with_first_ids.leading_store_key,
        with_first_ids.key_text
    from with_first_ids
    inner join held_ids on with_first_ids.first_id = held_ids.gold_store_id
),

attempts as (
    {%- for attempt in range(2, last_attempt + 1) %}
    select
        leading_store_key,
        {{ attempt }} as attempt,
        -- In front, where no key begins with a digit: no other store has this text.
        {{ gold_store_id("'" ~ attempt ~ "|' || key_text") }} as gold_store_id
    from taken_first_ids
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

free_ids as (
    select
        attempts.leading_store_key,
        attempts.gold_store_id
    from attempts
    left join held_ids on attempts.gold_store_id = held_ids.gold_store_id
    where held_ids.gold_store_id is null
    qualify row_number() over (
        partition by attempts.leading_store_key
        order by attempts.attempt asc
    ) = 1
),

stg_golden_ids as (
    select
        with_first_ids.leading_store_key,
        with_first_ids.match_status,
        with_first_ids.gi_store_key,
        with_first_ids.th_store_key,
        with_first_ids.total_points,
        with_first_ids.match_score,
        coalesce(with_first_ids.kept_id, free_ids.gold_store_id, with_first_ids.first_id) as gold_store_id,
        case
            when with_first_ids.kept_id is not null then with_first_ids.id_origin
            when free_ids.gold_store_id is not null then 'new_again'
            else 'new'
        end as id_origin
    from with_first_ids
    left join free_ids on with_first_ids.leading_store_key = free_ids.leading_store_key
)

select * from stg_golden_ids
