{#
    Purpose
        No two rows share the same values in all the named columns. A missing value equals another missing
        value here: two rows that differ in nothing but lack a key are still two rows too many.
    Arguments
        columns  required  list of one or more column names or SQL expressions
    Failing rows
        One row per repeated combination: the columns (as key_1, key_2, ...) and row_count.
    Example
        data_tests:
          - unique_combination:
              arguments:
                columns: [gi_store_key, th_store_key]
#}
{% test unique_combination(model, columns) %}

{%- if columns is string or columns is mapping or columns is not sequence or columns | length == 0 %}
    {{- exceptions.raise_compiler_error(
        "unique_combination: columns must be a list of one or more column names, got '" ~ columns ~ "'."
    ) }}
{%- endif %}
{%- for column in columns %}
    {%- if column is not string or not column.strip() %}
        {{- exceptions.raise_compiler_error(
            "unique_combination: every item of columns must be a column name, got '" ~ column ~ "'."
        ) }}
    {%- endif %}
{%- endfor %}

with validation_errors as (

    select
        {%- for column in columns %}
        {{ column }} as key_{{ loop.index }},
        {%- endfor %}
        count(*) as row_count
    from {{ model }}
    group by
        {%- for column in columns %}
        {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    having count(*) > 1

)

select * from validation_errors

{% endtest %}
