{#
    Purpose
        Each value of one column goes with at most one value of the other, in both directions.
        Rows where either value is missing say nothing about a pairing and are ignored; a pair that
        stands in several rows is still one pair.
    Arguments
        left_column   required  column or SQL expression
        right_column  required  column or SQL expression
    Failing rows
        One row per value with several partners: side, paired_value, partners, first_partner, last_partner.
    Example
        data_tests:
          - one_to_one:
              arguments:
                left_column: gi_store_key
                right_column: th_store_key
#}
{% test one_to_one(model, left_column, right_column) %}

{%- for name, value in {'left_column': left_column, 'right_column': right_column}.items() %}
    {%- if value is not string or not value.strip() %}
        {{- exceptions.raise_compiler_error(
            "one_to_one: " ~ name ~ " must be the name of one column, got '" ~ value ~ "'."
        ) }}
    {%- endif %}
{%- endfor %}
{%- if left_column.strip() | lower == right_column.strip() | lower %}
    {{- exceptions.raise_compiler_error(
        "one_to_one: left_column and right_column must differ, got '" ~ left_column ~ "' for both."
    ) }}
{%- endif %}

with pairs as (

    select distinct
        {{ left_column }} as left_value,
        {{ right_column }} as right_value
    from {{ model }}
    where {{ left_column }} is not null
        and {{ right_column }} is not null

),

left_with_several as (

    select
        '{{ left_column | replace("'", "''") }}' as side,
        cast(left_value as {{ dbt.type_string() }}) as paired_value,
        count(*) as partners,
        cast(min(right_value) as {{ dbt.type_string() }}) as first_partner,
        cast(max(right_value) as {{ dbt.type_string() }}) as last_partner
    from pairs
    group by left_value
    having count(*) > 1

),

right_with_several as (

    select
        '{{ right_column | replace("'", "''") }}' as side,
        cast(right_value as {{ dbt.type_string() }}) as paired_value,
        count(*) as partners,
        cast(min(left_value) as {{ dbt.type_string() }}) as first_partner,
        cast(max(left_value) as {{ dbt.type_string() }}) as last_partner
    from pairs
    group by right_value
    having count(*) > 1

),

validation_errors as (

    select * from left_with_several
    union all
    select * from right_with_several

)

select * from validation_errors

{% endtest %}
