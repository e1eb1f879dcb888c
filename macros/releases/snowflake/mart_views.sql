{# What dbt compiled in this run for the models of MART and their tests, a dict from node id to SQL. A retry compiles what
   it runs again alone, and what the run before compiled is in no place that only the publisher can write: SQL from
   OPS.transformation_logs would let whoever builds make the publisher run it (docs/decisions.md). #}
{% macro snowflake_compiled_mart(results) -%}
    {%- set compiled = {} -%}
    {%- for result in results if is_part_of_mart(result.node.unique_id) -%}
        {%- do compiled.update({result.node.unique_id: result.node.compiled_code}) -%}
    {%- endfor -%}
    {{ return(compiled) }}
{%- endmacro %}

{# Ends the operation for a node of MART whose SQL this run did not compile. node: of the graph #}
{% macro snowflake_refuse_uncompiled(node) -%}
    {{ exceptions.raise_compiler_error(
        'nothing published: this run did not compile ' ~ node.name ~ ', and the SQL of another run is not trusted; MART was not'
        ~ ' moved\n  what to do: run dbt build, which goes on from the tables as they are'
    ) }}
{%- endmacro %}

{# The models of MART, a list of dicts: name ('STORES'), relation, sql (as compiled), columns (of the contract).
   compiled: of snowflake_compiled_mart #}
{% macro snowflake_mart_views(compiled) -%}
    {%- set views = [] -%}
    {%- for node in mart_models() -%}
        {%- if not compiled.get(node.unique_id) -%}
            {{ snowflake_refuse_uncompiled(node) }}
        {%- endif -%}
        {%- do views.append({
            'name': node.alias | upper,
            'relation': node.relation_name,
            'sql': compiled[node.unique_id],
            'columns': node.columns.keys() | map('upper') | list
        }) -%}
    {%- endfor -%}
    {{ return(views) }}
{%- endmacro %}

{# A text of SQL with each relation replaced, whole names only: GOLD.stores is not part of GOLD.stores_of_today.
   replacements: dict from relation to what stands in its place #}
{% macro snowflake_with_relations(sql, replacements) -%}
    {%- set ns = namespace(sql=sql) -%}
    {%- for relation, replacement in replacements.items() -%}
        {%- set whole = '(?<![\\w.$"])' ~ modules.re.escape(relation) ~ '(?![\\w$"])' -%}
        {#- A backslash in the replacement would be read as a group. -#}
        {%- set ns.sql = modules.re.sub(whole, replacement | replace('\\', '\\\\'), ns.sql) -%}
    {%- endfor -%}
    {{ return(ns.sql) }}
{%- endmacro %}

{# The queries of a release's MART views, a dict from name to SQL: every relation of a released model is replaced by
   what the release reads it by. Refused: a view that reads anything else, because it would move between releases.
   pinned: dict from relation to SQL #}
{% macro snowflake_pinned_views(views, pinned) -%}
    {%- set others = [] -%}
    {%- for node in (graph.nodes.values() | list) + (graph.sources.values() | list)
        if node.resource_type in ['model', 'seed', 'snapshot', 'source'] and node.relation_name
        and node.relation_name not in pinned -%}
        {%- do others.append(node.relation_name) -%}
    {%- endfor -%}
    {%- set queries = {} -%}
    {%- for view in views -%}
        {%- for relation in others if snowflake_with_relations(view.sql, {relation: ''}) != view.sql -%}
            {{ exceptions.raise_compiler_error(
                'nothing published: MART.' ~ view.name ~ ' reads ' ~ relation
                ~ ', which is no model of the release (config.meta.released); a MART view may read nothing else'
            ) }}
        {%- endfor -%}
        {%- do queries.update({view.name: snowflake_with_relations(view.sql, pinned) | trim}) -%}
    {%- endfor -%}
    {{ return(queries) }}
{%- endmacro %}

{# Makes the schema MART_CANDIDATE_<n> with a release's views and its number, and returns its name. Nobody else may read
   it before it is tested and claimed: activate_release_views gives the rights. Each release has a schema of its own: two publishers at once cannot build into one another's, and
   removing it is what stops a publisher that another run took for dead.
   queries: dict from view name to SQL, which names no schema of MART #}
{% macro snowflake_build_candidate(release_id, queries) -%}
    {%- set name = 'MART_CANDIDATE_' ~ release_id -%}
    {%- set schema = snowflake_schema(name) -%}
    {%- do run_query('create schema ' ~ schema ~ ' with managed access') -%}
    {%- for view, query in queries.items() -%}
        {%- do run_query('create view ' ~ schema ~ '.' ~ view ~ ' as ' ~ query) -%}
    {%- endfor -%}
    {%- do run_query('create view ' ~ schema ~ '.ACTIVE_RELEASE as select ' ~ release_id ~ ' as release_id') -%}
    {{ return(name) }}
{%- endmacro %}

{# The commit point: in one statement MART becomes the candidate and the candidate what MART was; then the old
   views are removed. Their tables are not touched. Right before, the candidate gets the rights that MART grants now, for
   the swap also swaps rights: not earlier, or readers of MART could read what no test has seen.
   candidate: name of its schema; views: names of its views; release_id: a release whose clones get the rights too (who
   may read MART may read its diagnostics, which are in no view of MART), none where they have them or there are none #}
{% macro activate_release_views(candidate, views, release_id=none) -%}
    {%- if release_id is not none -%}
        {%- do snowflake_copy_schema_grants('MART', 'RELEASE_' ~ release_id) -%}
    {%- endif -%}
    {%- do snowflake_copy_schema_grants('MART', candidate) -%}
    {%- do snowflake_copy_view_grants('MART', candidate, (views | list) + ['ACTIVE_RELEASE']) -%}
    {%- do run_query('alter schema ' ~ snowflake_schema('MART') ~ ' swap with ' ~ snowflake_schema(candidate)) -%}
    {{ return(none) }}
{%- endmacro %}
