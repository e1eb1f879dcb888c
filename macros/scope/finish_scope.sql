{# on-run-end: when every model that a scope writes has run well, the tables hold this run's result; else the next run
   undoes what this one wrote. Only while the state is this run's: another run that began meanwhile has undone rows of
   this one, and the tables hold a mixture. results: dbt's results. #}
{% macro finish_scope(results) -%}
    {%- if flags.WHICH in ('build', 'run', 'retry') and is_running() and relation_kind(scope_states_relation()) is not none -%}
        {%- set outcomes = run_outcomes(results) -%}
        {%- set missing = [] -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.materialized == 'incremental' -%}
            {%- if outcomes.get(node.unique_id) != 'success' -%}
                {%- do missing.append(node.name) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if missing | length == 0 and not flags.EMPTY and not flags.SAMPLE -%}
            {%- set states = scope_states_relation() -%}
            {#- Together: a run that died in between would leave no state, and the next one would compute every store. -#}
            {%- do run_query(
                "begin transaction; delete from " ~ states ~ " where state_name = 'built' and exists (select 1 from " ~ states
                ~ " as of_run where of_run.state_name = 'running' and of_run.run_id = " ~ text_literal(invocation_id) ~ "); update "
                ~ states ~ " set state_name = 'built' where state_name = 'running' and run_id = " ~ text_literal(invocation_id)
                ~ "; commit"
            ) -%}
            {%- set other = scope_state('running') -%}
            {%- if other is not none -%}
                {%- do exceptions.warn(
                    "run " ~ other.run_id ~ " began while this one was building: the tables are not this run's result, and the next run mends them"
                ) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# After publishing: GOLD in this database is what the release holds. release_id: the new release, or the one before where
   no row differs from it. #}
{% macro keep_gold_release(release_id) -%}
    {%- do run_query(
        "update " ~ scope_states_relation() ~ " set is_released = true, gold_release_id = " ~ release_id
        ~ " where state_name = 'built' and run_id = " ~ text_literal(invocation_id)
    ) -%}
{%- endmacro %}
