{#
    Purpose
        The relation holds no row at all: for models whose rows are violations. The number of failures that
        dbt reports is the number of rows.
    Arguments
        none
    Failing rows
        One row with row_count, also when it is 0: dbt compares row_count itself (fail_calc).
    Example
        data_tests:
          - is_empty:
              config: {severity: warn}
#}
{% test is_empty(model) %}

{{ config(fail_calc = 'row_count') }}

select count(*) as row_count from {{ model }}

{% endtest %}
