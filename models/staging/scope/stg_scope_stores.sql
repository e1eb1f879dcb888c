-- What its strategy removed and added is read here.
-- depends_on: {{ ref('stg_match_labels') }}
with

changed_inputs as (
    select
        store_key,
        change
    from {{ ref('stg_changed_inputs') }}
),

removed_labels as (
    select
        gi_store_key,
        th_store_key
    from {{ source('scope', 'removed_match_labels') }}
),

added_labels as (
    select
        gi_store_key,
        th_store_key
    from {{ source('scope', 'added_match_labels') }}
),

changed_labels as (
    select * from removed_labels
    union all
    select * from added_labels
),

claimed_triggers as (
    select
        store_key,
        candidate_store_key
    from {{ source('ops', 'reprocess_triggers') }}
    where trigger_status = 'claimed' and claimed_run_id = '{{ scope_run_id() }}'
),

store_numbers as (
    select
        store_key,
        store_number
    from {{ ref('stg_store_numbers') }}
),

follow_up as (
    select store_key
    from {{ source('previous', 'scope_follow_up') }}
),

{% if stale_stores_exist() -%}
stale_stores as (
    select store_number
    from {{ source('previous', 'stores') }}
    where logic_version <> '{{ logic_version() }}'
),

blocking_keys as (
    select
        blocking_key,
        is_gi,
        store_number
    from {{ source('previous', 'blocking_keys') }}
),

key_sizes as (
    select blocking_key
    from {{ source('previous', 'blocking_key_sizes') }}
    where {{ block_within_cap('rule_bit', 'gi_stores', 'th_stores') }}
),

{% endif -%}
reasons as (
    select
        store_key,
        change as reason,
        1 as precedence
    from changed_inputs
    union all
    select
        store_key,
        'triggered' as reason,
        2 as precedence
    from claimed_triggers
    union all
    select
        gi_store_key as store_key,
        'labelled' as reason,
        4 as precedence
    from changed_labels
    union all
    select
        th_store_key as store_key,
        'labelled' as reason,
        4 as precedence
    from changed_labels
    union all
    select
        candidate_store_key as store_key,
        'candidate of a triggered store' as reason,
        6 as precedence
    from claimed_triggers
    where candidate_store_key is not null
    union all
    select
        store_key,
        'follow-up' as reason,
        5 as precedence
    from follow_up
),

first_reasons as (
    select
        store_key,
        reason
    from reasons
    qualify row_number() over (
        partition by store_key
        order by precedence asc
    ) = 1
),

asked_for as (
    select
        store_numbers.store_number,
        first_reasons.store_key,
        first_reasons.reason
    from first_reasons
    inner join store_numbers on first_reasons.store_key = store_numbers.store_key
    where {{ only_with_scope() }}
),

{% if stale_stores_exist() -%}
-- Whom a store of the scope meets is cleaned by the same logic, so that like is compared with like; what was decided of
-- them stays.
neighbours as (
    select distinct others.store_number
    from asked_for
    inner join blocking_keys on asked_for.store_number = blocking_keys.store_number
    inner join key_sizes on blocking_keys.blocking_key = key_sizes.blocking_key
    inner join blocking_keys as others
        on blocking_keys.blocking_key = others.blocking_key
        and blocking_keys.is_gi <> others.is_gi
    inner join stale_stores on others.store_number = stale_stores.store_number
    left join asked_for as already on others.store_number = already.store_number
    where asked_for.reason <> 'candidate of a triggered store' and already.store_number is null
),

{% endif -%}
stores as (
    select
        store_number,
        store_key,
        reason
    from asked_for
    {%- if stale_stores_exist() %}
    union all
    select
        neighbours.store_number,
        store_numbers.store_key,
        'neighbour' as reason
    from neighbours
    inner join store_numbers on neighbours.store_number = store_numbers.store_number
    {%- endif %}
),

stg_scope_stores as (
    select
        store_number,
        store_key,
        case when left(store_key, 3) = 'GI:' then substr(store_key, 4) end as gi_store_id,
        case when left(store_key, 3) = 'TH:' then substr(store_key, 4) end as th_store_id,
        reason not in ('candidate of a triggered store', 'neighbour') as is_seed,
        reason
    from stores
)

select * from stg_scope_stores
