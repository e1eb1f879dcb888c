{# Claim the triggers that are due for this run and return how many: the logic version or the inputs changed since they
   failed, or a person asked; all of them, or those of var trigger_batch, the first var max_triggers by priority. A
   trigger of a store that no landing row ever named is dead. On-run-start of `dbt build`.
   of_scope: only those of stores that the run which goes on computes; a failed run has given them back, and its retry
   takes them again. #}
{% macro claim_triggers(of_scope=false) -%}
    {%- if graph.sources.values() | selectattr('source_name', 'equalto', 'previous') | list | length == 0 -%}
        {#- A project without matching, as tests make them, has nothing to trigger. #}
        {{ return(0) }}
    {%- endif -%}
    {{ return(adapter.dispatch('claim_triggers')(of_scope)) }}
{%- endmacro %}

{% macro default__claim_triggers(of_scope=false) -%}
    {{ return(0) }}
{%- endmacro %}

{% macro duckdb__claim_triggers(of_scope=false) -%}
    {%- do run_query("create or replace table " ~ scope_relation('due_triggers') ~ " as " ~ due_triggers(of_scope)) -%}
    {%- set answer = lake_call('claim_triggers', {'run_id': invocation_id}) -%}
    {%- for warning in answer.warnings -%}
        {%- do exceptions.warn(warning) -%}
    {%- endfor -%}
    {%- for text in answer.dead -%}
        {%- do exceptions.warn("a trigger is dead: " ~ text) -%}
    {%- endfor -%}
    {{ return(answer.claimed) }}
{%- endmacro %}

{# A select of the pending triggers that are due: trigger_id, error. of_scope: as in claim_triggers. #}
{% macro due_triggers(of_scope=false) -%}
    with

    triggers as (
        select * from {{ api.Relation.create(database=target.database, schema='OPS', identifier='reprocess_triggers') }}
        where trigger_status = 'pending'
        {%- if var('trigger_batch') is not none %}
            and trigger_batch = {{ text_literal(var('trigger_batch') | string) }}
        {%- endif %}
        {%- if of_scope and not scope_is_all() %}
            and store_key in (select scope.store_key from {{ ref_by_name('stg_scope_stores') }} as scope where scope.is_seed)
        {%- endif %}
    ),

    known_stores as (
        select store_key from {{ api.Relation.create(database=target.database, schema='PREVIOUS', identifier='store_numbers') }}
        union
        select 'GI:' || store_id as store_key from {{ api.Relation.create(database=target.database, schema='RAW', identifier='gi_stores') }}
        where 'GI:' || store_id in (select triggers.store_key from triggers)
        union
        select 'TH:' || store_id as store_key from {{ api.Relation.create(database=target.database, schema='RAW', identifier='th_stores') }}
        where 'TH:' || store_id in (select triggers.store_key from triggers)
    ),

    inputs as (
        select
            stores.store_key,
            {{ input_hash('stores') }} as input_hash
        from {{ api.Relation.create(database=target.database, schema='PREVIOUS', identifier='current_stores') }} as stores
        where stores.store_key in (select triggers.store_key from triggers)
            or stores.store_key in (select triggers.candidate_store_key from triggers)
    ),

    judged as (
        select
            triggers.trigger_id,
            triggers.priority,
            triggers.created_at,
            case
                when known_stores.store_key is null
                    then 'trigger ' || triggers.trigger_id || ' names the store ' || coalesce(triggers.store_key, '(none)')
                    || ', which no landing row ever named'
            end as error,
            coalesce(triggers.is_request, false)
            or triggers.failed_logic_version is distinct from {{ text_literal(logic_version()) }}
            or triggers.failed_input_hash is distinct from
                {{ pair_input_hash('of_store.input_hash', 'of_candidate.input_hash') }} as is_due
        from triggers
        left join known_stores on triggers.store_key = known_stores.store_key
        left join inputs as of_store on triggers.store_key = of_store.store_key
        left join inputs as of_candidate on triggers.candidate_store_key = of_candidate.store_key
    )

    select
        trigger_id,
        error
    from judged
    where is_due or error is not null
    order by priority desc, created_at asc, trigger_id asc
    {%- if var('max_triggers') is not none %}
    limit {{ var('max_triggers') | int }}
    {%- endif %}
{%- endmacro %}
