{# The version of the engine, as text: hashes of another version may differ. On Snowflake it changes every week while
   hashes stay, so that it is a constant there. #}
{% macro engine_version() -%}
    {{ return(adapter.dispatch('engine_version')()) }}
{%- endmacro %}

{% macro default__engine_version() -%}
    {{ exceptions.raise_compiler_error("engine_version is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__engine_version() -%}
    {{ return(run_query("select version()").columns[0].values()[0]) }}
{%- endmacro %}

{% macro snowflake__engine_version() -%}
    {{ return('snowflake') }}
{%- endmacro %}
