{#
    Purpose
        Every value of a column exists in a column of another relation, where only some rows of either side
        count. Missing values pass, as in dbt's own `relationships`.
    Arguments
        to              required  ref('...') or source('...')
        field           required  column of that relation
        from_condition  optional  SQL condition: which rows of the tested relation must have a counterpart
        to_condition    optional  SQL condition: which rows of the other relation count as one
    Failing rows
        One row per value without a counterpart: missing_value and row_count.
    Example
        columns:
          - name: partner_store_key
            data_tests:
              - relationships_where:
                  arguments:
                    to: ref('stg_stores')
                    field: store_key
                    to_condition: "source_system = 'TH'"
                    from_condition: "source_system = 'GI'"
#}
{% test relationships_where(model, column_name, to, field, from_condition=none, to_condition=none) %}

{%- if field is not string or not field.strip() %}
    {{- exceptions.raise_compiler_error(
        "relationships_where on " ~ column_name ~ ": field must be the name of a column of `to`, got '" ~ field ~ "'."
    ) }}
{%- endif %}
{%- if not to %}
    {{- exceptions.raise_compiler_error(
        "relationships_where on " ~ column_name ~ ": to must be ref('...') or source('...'), got '" ~ to ~ "'."
    ) }}
{%- endif %}
{%- for name, value in {'from_condition': from_condition, 'to_condition': to_condition}.items() %}
    {%- if value is not none and (value is not string or not value.strip()) %}
        {{- exceptions.raise_compiler_error(
            "relationships_where on " ~ column_name ~ ": " ~ name ~ " must be an SQL condition, got '" ~ value ~ "'."
        ) }}
    {%- endif %}
{%- endfor %}

with tested as (

    select {{ column_name }} as tested_value
    from {{ model }}
    where {{ column_name }} is not null
        {%- if from_condition is not none %}
        and ({{ from_condition }})
        {%- endif %}

),

allowed as (

    select distinct {{ field }} as allowed_value
    from {{ to }}
    where {{ field }} is not null
        {%- if to_condition is not none %}
        and ({{ to_condition }})
        {%- endif %}

),

validation_errors as (

    select
        tested.tested_value as missing_value,
        count(*) as row_count
    from tested
    left join allowed on tested.tested_value = allowed.allowed_value
    where allowed.allowed_value is null
    group by tested.tested_value

)

select * from validation_errors

{% endtest %}
