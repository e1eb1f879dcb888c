{# The data tests of MART models, a list of dicts: name, sql, fail_calc, error_if. Those that only warn count too: in the run
   they warn because MART still shows the release before (dbt_project.yml), here they judge what would be shown.
   compiled: of snowflake_compiled_mart #}
{% macro snowflake_mart_tests(compiled) -%}
    {%- set tests = {} -%}
    {%- for model in mart_models() -%}
        {%- for node in data_tests_of(model.unique_id) -%}
            {%- if not compiled.get(node.unique_id) -%}
                {{ snowflake_refuse_uncompiled(node) }}
            {%- endif -%}
            {%- do tests.update({node.unique_id: {
                'name': node.name,
                'sql': compiled[node.unique_id],
                'fail_calc': node.config.fail_calc,
                'error_if': node.config.error_if
            }}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(tests.values() | list) }}
{%- endmacro %}

{# Tests a candidate: every view can be read and has the columns that its model documents, and the data tests of the
   MART models hold on it. Returns none, or one line about the first thing that is wrong.
   candidate: name of its schema
   views, tests: of snowflake_mart_views and snowflake_mart_tests #}
{% macro snowflake_candidate_fault(candidate, views, tests) -%}
    {%- set relations = {} -%}
    {%- for view in views -%}
        {%- set relation = snowflake_schema(candidate) ~ '.' ~ view.name -%}
        {%- do relations.update({view.relation: relation}) -%}
        {%- set columns = run_query('select * from ' ~ relation ~ ' limit 0').column_names | map('upper') | list -%}
        {%- if view.columns and columns | sort != view.columns | sort -%}
            {{ return(
                'MART.' ~ view.name ~ ' would have the columns ' ~ (columns | join(', ')) ~ ', its model documents '
                ~ (view.columns | join(', '))
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {%- for test in tests -%}
        {%- set outcome = snowflake_rows(
            'select ' ~ test.fail_calc ~ ' as failures, ' ~ test.fail_calc ~ ' ' ~ test.error_if ~ ' as is_error from ('
            ~ snowflake_with_relations(test.sql, relations) ~ ') as failing_rows'
        )[0] -%}
        {%- if outcome[1] -%}
            {{ return('test ' ~ test.name ~ ' found ' ~ outcome[0] ~ ' failures in the candidate') }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}
