{# The `where` that keeps the rows of the scope; nothing in a full run.
   alias: what the rows are called in the select; scope: the model that lists the scope; columns: names that both have,
   or {column of the rows: column of the scope}; is_all: macro that tells a full run.
   Example: select * from {{ ref('stg_stores') }} as stores {{ where_in_scope('stores', 'stg_scope_stores', ['store_number']) }} #}
{% macro where_in_scope(alias, scope, columns, is_all=scope_is_all, begins_with='where') -%}
    {%- if not is_all() -%}
        {{ begins_with }} {{ is_in_scope(alias, ref(scope), columns) }}
    {%- endif -%}
{%- endmacro %}

{# Whether a row is named by a relation: an expression.
   alias: what the rows are called; relation: what lists the scope; columns: as in where_in_scope. #}
{% macro is_in_scope(alias, relation, columns) -%}
    {%- set pairs = {} -%}
    {%- if columns is mapping -%}
        {%- do pairs.update(columns) -%}
    {%- else -%}
        {%- for column in columns -%}
            {%- do pairs.update({column: column}) -%}
        {%- endfor -%}
    {%- endif -%}
    {#- One column by `in`: DuckDB plans it as one semi join, and a correlated `exists` behind joins as a far dearer one. -#}
    {%- if pairs | length == 1 -%}
        {%- for column, scope_column in pairs.items() -%}
    {{ alias }}.{{ column }} in (select scope.{{ scope_column }} from {{ relation }} as scope)
        {%- endfor -%}
    {%- else -%}
    exists (
        select 1
        from {{ relation }} as scope
        where
            {%- for column, scope_column in pairs.items() %}
            {{ 'and ' if not loop.first }}scope.{{ scope_column }} = {{ alias }}.{{ column }}
            {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}

{# The condition that a model of the scope ends with: a full run has no scope, and lists nothing. #}
{% macro only_with_scope(is_all=scope_is_all) -%}
    {{ 'false' if is_all() else 'true' }}
{%- endmacro %}

{# The columns that name a pair of stores. #}
{% macro pair_columns() -%}
    {{ return(['gi_store_number', 'th_store_number']) }}
{%- endmacro %}
