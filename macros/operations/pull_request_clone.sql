{# Make, or make anew, the zero-copy clone of this database that a pull request is built in: everything it writes, releases
   and OPS too, lands in the clone. The name ends with _PR_<number>: no other database can be replaced by mistake.
   Example: dbt run-operation clone_for_pull_request --args '{pull_request: 12}' #}
{% macro clone_for_pull_request(pull_request) -%}
    {%- do run_pull_request_statement(clone_for_pull_request_sql(pull_request)) -%}
{%- endmacro %}

{# Drop the clone of a pull request, if it is there.
   Example: dbt run-operation drop_pull_request_clone --args '{pull_request: 12}' #}
{% macro drop_pull_request_clone(pull_request) -%}
    {%- do run_pull_request_statement("drop database if exists " ~ pull_request_database(pull_request)) -%}
{%- endmacro %}

{# The statement of clone_for_pull_request. #}
{% macro clone_for_pull_request_sql(pull_request) -%}
    {{ return("create or replace database " ~ pull_request_database(pull_request) ~ " clone " ~ target.database) }}
{%- endmacro %}

{# The database of a pull request: <production>_PR_<number>. #}
{% macro pull_request_database(pull_request) -%}
    {%- if pull_request is not integer or pull_request < 1 -%}
        {{ exceptions.raise_compiler_error("pull_request " ~ pull_request ~ ": give the number of a pull request") }}
    {%- endif -%}
    {{ return(target.database ~ "_PR_" ~ pull_request) }}
{%- endmacro %}

{# Run one of the statements above; only Snowflake has clones of databases. #}
{% macro run_pull_request_statement(statement) -%}
    {%- if target.type != 'snowflake' -%}
        {{ exceptions.raise_compiler_error("a clone of a database is a thing of Snowflake, not of " ~ target.type) }}
    {%- endif -%}
    {%- do run_query(statement) -%}
    {%- do log(statement, info=true) -%}
{%- endmacro %}
