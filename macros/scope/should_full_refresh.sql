{# Overrides dbt's macro of the same name. dbt's option --full-refresh is one of the reasons for which begin_scope makes a
   run full; the models then ask the scope. History is kept: numbers of stores and tokens, and counts of the same logic
   version.
   meta of a model: `scope` marks one that is written by the strategy `scope`, 'matching' or 'gold';
   `counted_once: true` one that is kept until counts are due; `keeps_history: true` one that Snowflake keeps as an Iceberg
   table: replacing it would drop its snapshots and tags, so that the strategy writes what differs, in a full run too. #}
{% macro should_full_refresh() -%}
    {%- set meta = config.get('meta') or {} -%}
    {%- if meta.get('keeps_history') and target.type == 'snowflake' -%}
        {{ return(false) }}
    {%- elif meta.get('scope') == 'gold' -%}
        {{ return(gold_scope_is_all()) }}
    {%- elif meta.get('scope') -%}
        {{ return(scope_is_all()) }}
    {%- elif meta.get('counted_once') -%}
        {{ return(counts_are_due()) }}
    {%- endif -%}
    {%- set configured = config.get('full_refresh') -%}
    {{ return(flags.FULL_REFRESH if configured is none else configured) }}
{%- endmacro %}
