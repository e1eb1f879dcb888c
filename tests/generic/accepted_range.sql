{#
    Purpose
        Every value of a column lies between two bounds. Missing values pass: add `not_null` where a value
        must be there.
    Arguments
        min_value  optional  number or SQL expression; at least one of the two bounds must be given
        max_value  optional  number or SQL expression
        inclusive  optional  true (default): the bounds themselves are allowed; false: they are not
    Failing rows
        The rows of the model whose value is outside.
    Example
        columns:
          - name: match_score
            data_tests:
              - accepted_range:
                  arguments: {min_value: 0, max_value: 100}
#}
{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}

{%- if min_value is none and max_value is none %}
    {{- exceptions.raise_compiler_error(
        "accepted_range on " ~ column_name ~ ": give min_value, max_value or both, got neither."
    ) }}
{%- endif %}
{%- if inclusive is not boolean %}
    {{- exceptions.raise_compiler_error(
        "accepted_range on " ~ column_name ~ ": inclusive must be true or false, got '" ~ inclusive ~ "'."
    ) }}
{%- endif %}
{%- if min_value is number and max_value is number and min_value > max_value %}
    {{- exceptions.raise_compiler_error(
        "accepted_range on " ~ column_name ~ ": min_value must not exceed max_value, got "
        ~ min_value ~ " and " ~ max_value ~ "."
    ) }}
{%- endif %}
{%- set or_equal = '=' if inclusive else '' %}

with tested as (

    select * from {{ model }}

),

validation_errors as (

    select *
    from tested
    where
        {%- if min_value is not none %}
        not ({{ column_name }} >{{ or_equal }} {{ min_value }})
        {%- endif %}
        {%- if min_value is not none and max_value is not none %}
        or
        {%- endif %}
        {%- if max_value is not none %}
        not ({{ column_name }} <{{ or_equal }} {{ max_value }})
        {%- endif %}

)

select * from validation_errors

{% endtest %}
