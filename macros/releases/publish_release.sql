{# on-run-end: publish what the run has proven, all or nothing, or say in one line why nothing was published. #}
{% macro publish_release(results) -%}
    {%- if is_running() -%}
        {%- do adapter.dispatch('publish_release')(results) -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__publish_release(results) -%}
    {{ exceptions.raise_compiler_error("publish_release is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__publish_release(results) -%}
    {%- set reason = reason_not_to_publish(results) -%}
    {%- if reason -%}
        {{ return(log("nothing published: " ~ reason, info=true)) }}
    {%- endif -%}
    {%- set compiled = {} -%}
    {%- for result in results -%}
        {%- do compiled.update({result.node.unique_id: result.node.compiled_code}) -%}
    {%- endfor -%}
    {%- set models = [] -%}
    {%- for node in released_models() -%}
        {%- do models.append({
            'table_name': (node.schema ~ '.' ~ node.alias) | lower,
            'relation': node.relation_name,
            'cluster_column': node.config.meta.get('cluster_by')
        }) -%}
    {%- endfor -%}
    {%- set views = [] -%}
    {%- set tests = [] -%}
    {%- for node in mart_models() -%}
        {%- do views.append({
            'name': node.alias, 'relation': node.relation_name,
            'node_id': node.unique_id, 'sql': compiled.get(node.unique_id)
        }) -%}
        {%- for test in data_tests_of(node.unique_id) -%}
            {%- do tests.append({
                'name': test.name, 'fail_calc': test.config.fail_calc,
                'node_id': test.unique_id, 'sql': compiled.get(test.unique_id)
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set statuses = run_outcomes(results).values() | list -%}
    {%- set answer = lake_call('publish_run', {
        'run_id': invocation_id,
        'models': models,
        'views': views,
        'tests': tests,
        'tests_passed': statuses | select('equalto', 'pass') | list | length,
        'tests_warned': statuses | select('equalto', 'warn') | list | length,
        'logic_version': logic_version()
    }) -%}
    {%- if 'without_lake' not in answer and (answer.release_id is not none or answer.base_release_id is not none) -%}
        {%- do keep_gold_release(answer.release_id if answer.release_id is not none else answer.base_release_id) -%}
    {%- endif -%}
    {%- do log(publication_in_words(answer), info=true) -%}
{%- endmacro %}

{# One line about what publishing did. answer: what the action publish_run returned. #}
{% macro publication_in_words(answer) -%}
    {%- if 'without_lake' in answer -%}
        {{ return("nothing published: there is no lake (STORE_MATCHING_LAKE=none)") }}
    {%- elif answer.release_id is none -%}
        {{ return("nothing published: " ~ answer.reason) }}
    {%- endif -%}
    {%- set golden = answer.tables | selectattr('table_name', 'equalto', 'gold.stores') | first -%}
    {%- set parts = ["release " ~ answer.release_id ~ " published: " ~ "{:,}".format(golden.row_count) ~ " golden stores"] -%}
    {%- if answer.difference -%}
        {%- do parts.append(
            "since release " ~ answer.base_release_id ~ " " ~ "{:,}".format(answer.difference.gained) ~ " gained, "
            ~ "{:,}".format(answer.difference.lost) ~ " lost, " ~ "{:,}".format(answer.difference.changed) ~ " changed"
        ) -%}
    {%- endif -%}
    {%- set written = answer.tables | map(attribute='files_written') | sum -%}
    {%- set megabytes = (answer.tables | map(attribute='bytes_written') | sum) / 1000000 -%}
    {%- do parts.append(written ~ " files written (" ~ "%.1f" | format(megabytes) ~ " MB)") -%}
    {%- do parts.append("%.1f" | format(answer.seconds) ~ " s") -%}
    {{ return(parts | join(', ')) }}
{%- endmacro %}
