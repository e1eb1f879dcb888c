{# How releases are kept: 'clone_and_swap' (the default) or 'version_views', by the variable snowflake_release_mode. #}
{% macro snowflake_release_mode() -%}
    {%- set mode = var('snowflake_release_mode', 'clone_and_swap') -%}
    {%- if mode not in ['clone_and_swap', 'version_views'] -%}
        {{ exceptions.raise_compiler_error(
            "snowflake_release_mode must be clone_and_swap or version_views, not '" ~ mode ~ "'"
        ) }}
    {%- endif -%}
    {{ return(mode) }}
{%- endmacro %}

{# The tables of the release that is about to be made, a list of dicts: table_name ('gold.stores', as OPS names it),
   table ('GOLD.STORES'), clone_name ('STORES'), relation (as dbt writes it into other models), kind ('iceberg table',
   'transient table' or 'table'), snapshot_id (the Iceberg snapshot, else 'none').
   Refused with a clear error before anything is written: a table that is not there, a view, two tables of one name,
   and version_views where a table is not Iceberg. #}
{% macro snowflake_tables_to_release() -%}
    {%- set nodes = released_models() -%}
    {%- set existing = snowflake_tables_in(nodes | map(attribute='schema') | unique | list) -%}
    {%- set tables, clone_names = [], [] -%}
    {%- for node in nodes -%}
        {%- set table = (node.schema ~ '.' ~ node.alias) | upper -%}
        {%- set found = existing.get(table) -%}
        {%- if not found -%}
            {{ exceptions.raise_compiler_error('nothing published: the table ' ~ table ~ ' of the release does not exist') }}
        {%- elif found.table_type != 'BASE TABLE' -%}
            {{ exceptions.raise_compiler_error(
                'nothing published: ' ~ table ~ ' is a ' ~ (found.table_type | lower)
                ~ '; only tables can be released: materialize it as a table or leave it out of the release'
            ) }}
        {%- elif node.alias | upper in clone_names -%}
            {{ exceptions.raise_compiler_error(
                'nothing published: two released tables are called ' ~ (node.alias | upper) ~ ', which one schema cannot hold'
            ) }}
        {%- elif snowflake_release_mode() == 'version_views' and not found.is_iceberg -%}
            {{ exceptions.raise_compiler_error(
                'nothing published: snowflake_release_mode version_views needs Iceberg tables, and ' ~ table
                ~ ' is not one; use clone_and_swap'
            ) }}
        {%- endif -%}
        {%- set version = snowflake_newest_version(table) if found.is_iceberg else none -%}
        {%- if snowflake_release_mode() == 'version_views' and version is none -%}
            {{ exceptions.raise_compiler_error(
                'nothing published: GET_TABLE_VERSIONS lists no snapshot of ' ~ table
                ~ ', so that a view cannot be pinned to it; use clone_and_swap'
            ) }}
        {%- endif -%}
        {%- do clone_names.append(node.alias | upper) -%}
        {%- do tables.append({
            'table_name': (node.schema ~ '.' ~ node.alias) | lower,
            'table': table,
            'clone_name': node.alias | upper,
            'relation': node.relation_name,
            'kind': 'iceberg table' if found.is_iceberg else 'transient table' if found.is_transient else 'table',
            'snapshot_id': version or 'none'
        }) -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}

{# What a query reads to see a table as one release has it: its clone, or the table at one snapshot. OPS keeps this
   text with the release, so that a release stays readable when the way of the project changes. #}
{% macro snowflake_pinned_table(table, release_id) -%}
    {%- if snowflake_release_mode() == 'version_views' -%}
        {{ return(snowflake_schema(table.table) ~ ' at(version => ' ~ table.snapshot_id ~ ')') }}
    {%- endif -%}
    {{ return(snowflake_schema('RELEASE_' ~ release_id) ~ '.' ~ table.clone_name) }}
{%- endmacro %}

{# Makes a release's tables lasting and records them in OPS, so that they are found and removed if the run dies here.
   Clones: the schema, a clone each, then their rows are counted. Versions: counted and recorded, then tagged. #}
{% macro snowflake_pin_tables(release_id, tables) -%}
    {%- set by_clone = snowflake_release_mode() == 'clone_and_swap' -%}
    {%- if by_clone -%}
        {#- Nobody else may read it yet: its rights come with the claim (activate_release_views), when it is tested. -#}
        {%- do run_query('create schema ' ~ snowflake_schema('RELEASE_' ~ release_id) ~ ' with managed access') -%}
        {%- for table in tables -%}
            {%- do run_query(
                'create ' ~ table.kind ~ ' ' ~ snowflake_pinned_table(table, release_id)
                ~ ' clone ' ~ snowflake_schema(table.table)
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set recording -%}
        insert into OPS.release_tables (release_id, table_name, snapshot_id, metadata_location, row_count)
        {%- for table in tables %}
        select
            {{ release_id }},
            {{ text_literal(table.table_name) }},
            {{ text_literal(table.snapshot_id) }},
            {{ text_literal(snowflake_pinned_table(table, release_id)) }},
            count(*)
        from {{ snowflake_pinned_table(table, release_id) }}
        {{- ' union all' if not loop.last }}
        {%- endfor -%}
    {%- endset -%}
    {%- do run_query(recording) -%}
    {%- if not by_clone -%}
        {%- for table in tables -%}
            {%- do run_query(snowflake_create_version_tag(table.table, release_id, table.snapshot_id)) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{# Removes what a release keeps its rows by: its schema of clones, or its version tags. #}
{% macro snowflake_unpin_tables(release_id) -%}
    {%- set number = snowflake_number(release_id, 'release_id') -%}
    {%- do run_query('drop schema if exists ' ~ snowflake_schema('RELEASE_' ~ number)) -%}
    {%- for row in snowflake_rows(
        "select table_name, metadata_location from OPS.release_tables where release_id = " ~ number ~ " order by table_name"
    ) if ' at(version => ' in row[1] -%}
        {%- do run_query(snowflake_drop_version_tag(row[0] | upper, number)) -%}
    {%- endfor -%}
{%- endmacro %}

{# What a release's tables are read by: a dict from table name ('gold.stores') to SQL. #}
{% macro snowflake_pinned_tables_of(release_id) -%}
    {%- set pinned = {} -%}
    {%- for row in snowflake_rows(
        "select table_name, metadata_location from OPS.release_tables where release_id = "
        ~ snowflake_number(release_id, 'release_id') ~ " order by table_name"
    ) -%}
        {%- do pinned.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(pinned) }}
{%- endmacro %}

{# The tables of a release that can no longer be read: clones that are gone, snapshots that have expired. #}
{% macro snowflake_lost_tables_of(release_id) -%}
    {%- set number = snowflake_number(release_id, 'release_id') -%}
    {%- set existing = snowflake_tables_in(['RELEASE_' ~ number]) -%}
    {%- set lost = [] -%}
    {%- for row in snowflake_rows(
        "select table_name, metadata_location, snapshot_id from OPS.release_tables where release_id = " ~ number
        ~ " order by table_name"
    ) -%}
        {%- if ' at(version => ' in row[1] -%}
            {%- if not snowflake_has_version(row[0] | upper, row[2]) -%}
                {%- do lost.append(row[0]) -%}
            {%- endif -%}
        {%- elif ('RELEASE_' ~ number ~ '.' ~ row[1].split('.')[-1]) | upper not in existing -%}
            {%- do lost.append(row[0]) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(lost) }}
{%- endmacro %}
