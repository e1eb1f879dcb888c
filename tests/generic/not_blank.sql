{#
    Purpose
        No text value is empty or made of white space only (blank, tab, line break, no-break space).
        Missing values pass: a missing value says "unknown", a blank one pretends to be a value.
    Arguments
        none
    Failing rows
        The rows of the model with a blank value.
    Example
        columns:
          - name: store_name
            data_tests: [not_blank]
#}
{% test not_blank(model, column_name) %}

with tested as (

    select * from {{ model }}

),

validation_errors as (

    select *
    from tested
    where trim(
        translate({{ column_name }}, chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160), '      ')
    ) = ''

)

select * from validation_errors

{% endtest %}
