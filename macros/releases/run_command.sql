{# The dbt command that a person gave: build, run, retry, … A retry runs under the name of the command that it
   completes, and only the command line tells it from that. #}
{% macro run_command() -%}
    {%- set words = (flags.INVOCATION_COMMAND or '').split() -%}
    {{ return('retry' if 'retry' in words and flags.WHICH not in words else flags.WHICH) }}
{%- endmacro %}

{# Whether this command runs its hooks: compile, docs generate and the linter only render them. #}
{% macro is_running() -%}
    {{ return(execute and flags.WHICH in ('build', 'run', 'test', 'seed', 'snapshot', 'clone', 'retry')) }}
{%- endmacro %}
