with

store_duplicates as (
    select store_number
    from {{ ref('stg_store_duplicates') }}
),

-- Rule by rule, each from the table itself: the groups of one rule stay in the processor's cache, which takes two
-- thirds of the time of grouping all at once. Only keys that both sources have make pairs. Copies of one store inside
-- a source do not make its block larger.
stg_blocking_key_sizes as (
    {%- for rule in blocking_rules() %}
    select
        cast({{ rule.bit }} as smallint) as rule_bit,
        blocking_keys.blocking_key,
        greatest(
            count(case when blocking_keys.is_gi then 1 end)
            - count(case when blocking_keys.is_gi then store_duplicates.store_number end), 1
        ) as gi_stores,
        greatest(
            count(case when not blocking_keys.is_gi then 1 end)
            - count(case when not blocking_keys.is_gi then store_duplicates.store_number end), 1
        ) as th_stores,
        count(case when blocking_keys.is_gi then 1 end) * count(case when not blocking_keys.is_gi then 1 end)
            as pairs_with_copies,
        min(blocking_keys.store_number) as example_store_number
    from {{ ref('stg_blocking_keys') }} as blocking_keys
    left join store_duplicates on blocking_keys.store_number = store_duplicates.store_number
    where blocking_keys.rule_bit = {{ rule.bit }}
        {{ where_in_scope('blocking_keys', 'stg_scope_keys', ['blocking_key'], begins_with='and') }}
    group by blocking_keys.blocking_key
    having count(case when blocking_keys.is_gi then 1 end) > 0
        and count(case when not blocking_keys.is_gi then 1 end) > 0
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from stg_blocking_key_sizes
