{#
    Purpose
        Every file that the table's Iceberg metadata names is there. A table that could not be judged fails too.
    Arguments
        findings  optional  relation of what the Sentinel found, as diagnostics_orphan_files has it, which is the default
        table     optional  name of the table there; default: schema and name of the tested relation, in lower case
    Failing rows
        One row per file, or one for the table that could not be judged: file_path, evidence, recommended_action.
    Example
        data_tests:
          - no_dangling_references:
              config:
                severity: "{{ var('sentinel_severity') }}"
#}
{% test no_dangling_references(model, findings=none, table=none) %}

{%- if table is not none and table is not string %}
    {{- exceptions.raise_compiler_error("no_dangling_references: table must be a name such as raw.gi_stores, got '" ~ table ~ "'.") }}
{%- endif %}
{%- set source = findings if findings is not none else ref('diagnostics_orphan_files') %}
{%- set name = table or (model.schema ~ '.' ~ model.identifier) | lower %}

select file_path, evidence, recommended_action
from {{ source }}
where
    table_name = '{{ name | replace("'", "''") }}'
    and (
        (finding_class = 'dangling_reference' and severity <> 'info')
        or (finding_class = 'unreadable' and file_path = table_name)
    )

{% endtest %}
