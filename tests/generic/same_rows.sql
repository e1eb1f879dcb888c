{#
    Purpose
        Two relations hold the same rows, each as often, whatever their order. Missing values equal each
        other.
    Arguments
        to       required  ref('...') or source('...')
        columns  required  list of the columns to compare; they must exist on both sides
    Failing rows
        One row per difference: found_in ('tested' or 'compared'), the columns, and row_count, how often
        that side holds the row. A row that both hold in different numbers comes up once per side.
    Example
        data_tests:
          - same_rows:
              arguments:
                to: ref('expected_matches')
                columns: [gi_store_key, th_store_key]
#}
{% test same_rows(model, to, columns) %}

{%- if not to %}
    {{- exceptions.raise_compiler_error(
        "same_rows: to must be ref('...') or source('...'), got '" ~ to ~ "'."
    ) }}
{%- endif %}
{%- if columns is string or columns is mapping or columns is not sequence or columns | length == 0 %}
    {{- exceptions.raise_compiler_error(
        "same_rows: columns must be a list of one or more column names, got '" ~ columns ~ "'."
    ) }}
{%- endif %}
{%- for column in columns %}
    {%- if column is not string or not column.strip() %}
        {{- exceptions.raise_compiler_error(
            "same_rows: every item of columns must be a column name, got '" ~ column ~ "'."
        ) }}
    {%- endif %}
{%- endfor %}
{%- set column_list = columns | join(', ') %}

with tested as (

    select {{ column_list }}, count(*) as row_count
    from {{ model }}
    group by {{ column_list }}

),

compared as (

    select {{ column_list }}, count(*) as row_count
    from {{ to }}
    group by {{ column_list }}

),

only_tested as (

    select * from tested
    except
    select * from compared

),

only_compared as (

    select * from compared
    except
    select * from tested

),

validation_errors as (

    select 'tested' as found_in, {{ column_list }}, row_count from only_tested
    union all
    select 'compared' as found_in, {{ column_list }}, row_count from only_compared

)

select * from validation_errors

{% endtest %}
