{# Why a run must not be published, as one line; none where it may be. A release is made by `dbt build`, or by a
   `dbt retry` that completes one, when every model of the release ran and each of its data tests ran and passed
   (a warning is a pass). Tests of MART in the run look at the release before; the candidate is tested by publishing. #}
{% macro reason_not_to_publish(results) -%}
    {%- if flags.WHICH not in ('build', 'retry') -%}
        {{ return("dbt " ~ flags.WHICH ~ " does not publish, dbt build does") }}
    {%- endif -%}
    {%- if flags.EMPTY -%}
        {{ return("the run was --empty: it built tables without rows") }}
    {%- endif -%}
    {%- if flags.SAMPLE -%}
        {{ return("the run was a --sample: it built parts of tables") }}
    {%- endif -%}
    {%- set outcomes = run_outcomes(results) -%}
    {#- What failed says more than what was skipped or left out because of it. -#}
    {%- set failures = [] -%}
    {%- set reasons = [] -%}
    {%- set mart_ids = mart_models() | map(attribute='unique_id') | list -%}
    {%- for model in released_models() + mart_models() -%}
        {%- set status = outcomes.get(model.unique_id) -%}
        {%- if status is none -%}
            {%- do reasons.append(model.name ~ " was not selected") -%}
        {%- elif status != 'success' -%}
            {%- do (reasons if status == 'skipped' else failures).append(model.name ~ " ended with " ~ status) -%}
        {%- else -%}
            {%- for test in data_tests_of(model.unique_id) -%}
                {%- set status = outcomes.get(test.unique_id) -%}
                {%- if status is none or status == 'skipped' -%}
                    {%- do reasons.append("test " ~ test.name ~ " of " ~ model.name ~ " did not run") -%}
                {%- elif status not in ('pass', 'warn') and model.unique_id not in mart_ids -%}
                    {%- do failures.append("test " ~ test.name ~ " of " ~ model.name ~ " ended with " ~ status) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {#- A released model that is newer than a model below it would claim inputs that it was not built from. -#}
    {%- for node in ancestors_of(released_models()) -%}
        {%- set status = outcomes.get(node.unique_id) -%}
        {%- if status is none -%}
            {%- do reasons.append(node.name ~ ", which the release is built from, was not selected") -%}
        {%- elif status not in ('success', 'skipped') -%}
            {%- do failures.append(node.name ~ " ended with " ~ status) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set reasons = failures + reasons -%}
    {%- if reasons | length > 1 -%}
        {{ return(reasons[0] ~ " (and " ~ (reasons | length - 1) ~ " more reasons)") }}
    {%- endif -%}
    {{ return(reasons[0] if reasons else none) }}
{%- endmacro %}

{# Status by node id of this run and, in a retry, of the run that it completes. #}
{% macro run_outcomes(results) -%}
    {%- set outcomes = {} -%}
    {%- if run_command() == 'retry' -%}
        {%- do outcomes.update(earlier_outcomes()) -%}
    {%- endif -%}
    {%- for result in results -%}
        {%- do outcomes.update({result.node.unique_id: result.status | string}) -%}
    {%- endfor -%}
    {{ return(outcomes) }}
{%- endmacro %}

{# Status by node id of the run that this retry completes; empty where another run lies between. #}
{% macro earlier_outcomes() -%}
    {{ return(adapter.dispatch('earlier_outcomes')()) }}
{%- endmacro %}

{% macro duckdb__earlier_outcomes() -%}
    {{ return(lake_call('earlier_outcomes', {'run_id': invocation_id})) }}
{%- endmacro %}

{% macro default__earlier_outcomes() -%}
    {%- set outcomes = {} -%}
    {%- set rows = run_query(
        "select node_id, node_status from OPS.transformation_logs where run_id = (select max_by(run_id, started_at) "
        ~ "from OPS.runs where run_id <> " ~ text_literal(invocation_id) ~ " and command in ('build', 'retry'))"
    ) -%}
    {%- for row in rows.rows -%}
        {%- do outcomes.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(outcomes) }}
{%- endmacro %}
