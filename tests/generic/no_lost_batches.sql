{#
    Purpose
        No batch of the table lies in storage without being in it: lost, partly lost, or committed and detached. A table
        that could not be judged fails too.
    Arguments
        findings  optional  relation of what the Sentinel found, as diagnostics_orphan_files has it, which is the default
        table     optional  name of the table there; default: schema and name of the tested relation, in lower case
    Failing rows
        One row per file, or one for the table that could not be judged: finding_class, file_path, batch_id, batch_window_start, row_count, live_key_count, cause, recommended_action.
    Example
        data_tests:
          - no_lost_batches:
              config:
                severity: "{{ var('sentinel_severity') }}"
#}
{% test no_lost_batches(model, findings=none, table=none) %}

{%- if table is not none and table is not string %}
    {{- exceptions.raise_compiler_error("no_lost_batches: table must be a name such as raw.gi_stores, got '" ~ table ~ "'.") }}
{%- endif %}
{%- set source = findings if findings is not none else ref('diagnostics_orphan_files') %}
{%- set name = table or (model.schema ~ '.' ~ model.identifier) | lower %}

select finding_class, file_path, batch_id, batch_window_start, row_count, live_key_count, cause, recommended_action
from {{ source }}
where
    table_name = '{{ name | replace("'", "''") }}'
    and (
        (
            finding_class in ('lost_batch', 'partly_duplicate', 'detached_snapshot')
            and severity <> 'info'
            and confirmed_at is not null
        )
        or (finding_class = 'unreadable' and file_path = table_name)
    )

{% endtest %}
