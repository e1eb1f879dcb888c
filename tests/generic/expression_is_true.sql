{#
    Purpose
        An SQL condition holds in every row. A condition that is neither true nor false because a value is
        missing counts as failed: write `column is null or ...` where a missing value is right.
    Arguments
        expression  required  SQL condition; under a column, the part after the column name
    Failing rows
        The rows of the model where the condition does not hold.
    Example
        data_tests:
          - expression_is_true:
              arguments: {expression: total_points = points_name + points_address}
        columns:
          - name: row_number
            data_tests:
              - expression_is_true:
                  arguments: {expression: '>= 1'}
#}
{% test expression_is_true(model, expression, column_name=none) %}

{%- if expression is not string or not expression.strip() %}
    {{- exceptions.raise_compiler_error(
        "expression_is_true: expression must be an SQL condition, got '" ~ expression ~ "'."
    ) }}
{%- endif %}

with tested as (

    select * from {{ model }}

),

validation_errors as (

    select *
    from tested
    where not coalesce({{ column_name ~ ' ' if column_name }}{{ expression }}, false)

)

select * from validation_errors

{% endtest %}
