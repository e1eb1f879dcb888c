{# Prints which golden stores one release has and another has not, and which differ in any column that both have. #}
{% macro snowflake__diff_releases(from_release_id, to_release_id) -%}
    {%- if execute -%}
        {%- set before = snowflake_stores_of(from_release_id) -%}
        {%- set after = snowflake_stores_of(to_release_id) -%}
        {%- set old_columns = run_query('select * from ' ~ before ~ ' limit 0').column_names | map('lower') | list -%}
        {%- set new_columns = run_query('select * from ' ~ after ~ ' limit 0').column_names | map('lower') | list -%}
        {%- set shared = new_columns | select('in', old_columns) | list -%}
        {%- set counts = {} -%}
        {%- set examples = snowflake_rows(snowflake_store_changes(before, after, shared)) -%}
        {%- for row in examples -%}
            {%- do counts.update({row[0]: row[3] | int}) -%}
        {%- endfor -%}
        {%- do print(
            'release ' ~ from_release_id ~ ' → ' ~ to_release_id ~ ': ' ~ counts.get('gained', 0) ~ ' stores gained, '
            ~ counts.get('lost', 0) ~ ' lost, ' ~ counts.get('changed', 0) ~ ' changed'
        ) -%}
        {%- for row in examples -%}
            {%- do print('  %-8s %-40s %s' | format(row[0], row[1], row[2] or '')) -%}
        {%- endfor -%}
        {%- for column in new_columns if column not in old_columns -%}
            {%- do print('  column ' ~ column ~ ' is new in release ' ~ to_release_id ~ ' and was not compared') -%}
        {%- endfor -%}
        {%- for column in old_columns if column not in new_columns -%}
            {%- do print('  column ' ~ column ~ ' is not in release ' ~ to_release_id ~ ' and was not compared') -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{# What the golden stores of a release are read by; a clear error for a release whose stores cannot be read. #}
{% macro snowflake_stores_of(release_id) -%}
    {%- set status = snowflake_release_status(release_id) -%}
    {%- set stores = snowflake_pinned_tables_of(release_id).get('gold.stores') -%}
    {%- if status not in ['active', 'superseded', 'rolled_back'] or not stores -%}
        {{ exceptions.raise_compiler_error(
            'release ' ~ release_id ~ (' is ' ~ status if status else ' does not exist') ~ ': its stores cannot be read\n'
            ~ '  what to do: choose releases that dbt run-operation list_releases shows as active, superseded or rolled_back'
        ) }}
    {%- endif -%}
    {{ return(stores) }}
{%- endmacro %}

{# SQL of the stores that differ: change, gold_store_id, store_name, number of such changes; ten of each change.
   EXCEPT compares missing values as equal and needs no hash, so that no difference is overlooked. #}
{% macro snowflake_store_changes(before, after, columns) -%}
    with

    old_stores as (
        select {{ columns | join(', ') }} from {{ before }}
    ),

    new_stores as (
        select {{ columns | join(', ') }} from {{ after }}
    ),

    differing as (
        select * from new_stores
        except
        select * from old_stores
    ),

    changes as (
        select
            case when old_stores.gold_store_id is null then 'gained' else 'changed' end as change,
            differing.gold_store_id,
            differing.store_name
        from differing
        left join old_stores on differing.gold_store_id = old_stores.gold_store_id
        union all
        select
            'lost' as change,
            old_stores.gold_store_id,
            old_stores.store_name
        from old_stores
        left join new_stores on old_stores.gold_store_id = new_stores.gold_store_id
        where new_stores.gold_store_id is null
    )

    select
        change,
        gold_store_id,
        store_name,
        count(*) over (partition by change) as change_count
    from changes
    qualify row_number() over (partition by change order by gold_store_id) <= 10
    order by change, gold_store_id
{%- endmacro %}
