{#
    Purpose
        A look-up table is a monotone function: each key has one value, and the value never falls while the
        key grows. Equal values for neighbouring keys are fine.
    Arguments
        key_column    required  column the table is looked up by
        value_column  required  column that is looked up
    Failing rows
        One row per key that has no value, several values, or a value below that of the key before it:
        lookup_key, lowest_value, highest_value, value_before, problem.
    Example
        data_tests:
          - monotone_lookup:
              arguments: {key_column: total_points, value_column: match_score}
#}
{% test monotone_lookup(model, key_column, value_column) %}

{%- for name, value in {'key_column': key_column, 'value_column': value_column}.items() %}
    {%- if value is not string or not value.strip() %}
        {{- exceptions.raise_compiler_error(
            "monotone_lookup: " ~ name ~ " must be the name of one column, got '" ~ value ~ "'."
        ) }}
    {%- endif %}
{%- endfor %}
{%- if key_column.strip() | lower == value_column.strip() | lower %}
    {{- exceptions.raise_compiler_error(
        "monotone_lookup: key_column and value_column must differ, got '" ~ key_column ~ "' for both."
    ) }}
{%- endif %}

with entries as (

    select
        {{ key_column }} as lookup_key,
        min({{ value_column }}) as lowest_value,
        max({{ value_column }}) as highest_value,
        count(*) - count({{ value_column }}) as missing_values
    from {{ model }}
    group by {{ key_column }}

),

neighbours as (

    select
        lookup_key,
        lowest_value,
        highest_value,
        missing_values,
        -- The highest value so far, not the last one: a key without a value must not hide a fall behind it.
        max(case when lookup_key is not null then highest_value end) over (
            order by lookup_key
            rows between unbounded preceding and 1 preceding
        ) as value_before
    from entries

),

validation_errors as (

    select
        lookup_key,
        lowest_value,
        highest_value,
        value_before,
        case
            when lookup_key is null then 'missing key'
            when missing_values > 0 then 'missing value'
            when lowest_value < highest_value then 'several values'
            else 'value falls'
        end as problem
    from neighbours
    where lookup_key is null
        or missing_values > 0
        or lowest_value < highest_value
        or lowest_value < value_before

)

select * from validation_errors

{% endtest %}
