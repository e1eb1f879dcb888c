{#
    Purpose
        The tested relation has as many rows as the parts it is made of, so that no row is lost or doubled
        on the way. To count only some rows of the tested relation, use dbt's own `config: {where: ...}`.
    Arguments
        parts  required  list of mappings, each with
            relation  required  ref('...') or source('...')
            where     optional  SQL condition: which rows of the part count
            factor    optional  whole number each counted row stands for; default 1, -1 subtracts
    Failing rows
        One row if the counts differ: tested_rows, expected_rows, difference, and the rows of each part
        as part_1_rows, part_2_rows, ...
    Example
        data_tests:
          - rows_reconcile:
              arguments:
                parts:
                  - {relation: ref('stg_store_matches')}
                  - {relation: ref('stg_store_matches'), where: "status = 'MATCHED' and source_system = 'TH'", factor: -1}
#}
{% test rows_reconcile(model, parts) %}

{%- if parts is string or parts is mapping or parts is not sequence or parts | length == 0 %}
    {{- exceptions.raise_compiler_error(
        "rows_reconcile: parts must be a list of one or more mappings {relation, where, factor}, got '"
        ~ parts ~ "'."
    ) }}
{%- endif %}
{%- for part in parts %}
    {%- if part is not mapping or not part.get('relation') %}
        {{- exceptions.raise_compiler_error(
            "rows_reconcile: part " ~ loop.index ~ " must be a mapping with the key relation, got '" ~ part ~ "'."
        ) }}
    {%- endif %}
    {%- for key in part if key not in ['relation', 'where', 'factor'] %}
        {{- exceptions.raise_compiler_error(
            "rows_reconcile: a part takes the keys relation, where and factor, got '" ~ key ~ "'."
        ) }}
    {%- endfor %}
    {%- if part.get('factor', 1) is not integer or part.get('factor', 1) == 0 %}
        {{- exceptions.raise_compiler_error(
            "rows_reconcile: factor of part " ~ loop.index ~ " must be a whole number other than 0, got '"
            ~ part.get('factor') ~ "'."
        ) }}
    {%- endif %}
{%- endfor %}

with tested as (

    select count(*) as row_count from {{ model }}

),
{% for part in parts %}
part_{{ loop.index }} as (

    select count(*) as row_count
    from {{ part['relation'] }}
    {%- if part.get('where') %}
    where {{ part['where'] }}
    {%- endif %}

),
{% endfor %}
counted as (

    select
        tested.row_count as tested_rows,
        {% for part in parts -%}
        {{ ' + ' if not loop.first }}part_{{ loop.index }}.row_count * ({{ part.get('factor', 1) }})
        {%- endfor %} as expected_rows,
        {%- for part in parts %}
        part_{{ loop.index }}.row_count as part_{{ loop.index }}_rows{{ ',' if not loop.last }}
        {%- endfor %}
    from tested
    {%- for part in parts %}
    cross join part_{{ loop.index }}
    {%- endfor %}

),

validation_errors as (

    select
        tested_rows,
        expected_rows,
        tested_rows - expected_rows as difference,
        {%- for part in parts %}
        part_{{ loop.index }}_rows{{ ',' if not loop.last }}
        {%- endfor %}
    from counted
    where tested_rows <> expected_rows

)

select * from validation_errors

{% endtest %}
