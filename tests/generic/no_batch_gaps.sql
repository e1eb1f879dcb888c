{#
    Purpose
        No window of the table's schedule is missing, whether its file lies in storage or never arrived.
    Arguments
        findings  optional  relation of what the Sentinel found, as batch_gaps has it, which is the default
        table     optional  name of the table there; default: schema and name of the tested relation, in lower case
    Failing rows
        One row per window: batch_window_start, cause, evidence, recommended_action.
    Example
        data_tests:
          - no_batch_gaps:
              config:
                severity: "{{ var('sentinel_severity') }}"
#}
{% test no_batch_gaps(model, findings=none, table=none) %}

{%- if table is not none and table is not string %}
    {{- exceptions.raise_compiler_error("no_batch_gaps: table must be a name such as raw.gi_stores, got '" ~ table ~ "'.") }}
{%- endif %}
{%- set source = findings if findings is not none else ref('batch_gaps') %}
{%- set name = table or (model.schema ~ '.' ~ model.identifier) | lower %}

select batch_window_start, cause, evidence, recommended_action
from {{ source }}
where
    table_name = '{{ name | replace("'", "''") }}'

{% endtest %}
