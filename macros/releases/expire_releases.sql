{# Remove old releases and the files that only they used: first as a dry run that only says what would go.
   Kept are the active release, the last `keep_last`, all made less than `younger_than_days` days ago and all that
   MART showed less than `retired_hours` hours ago.
   dbt run-operation expire_releases --args '{keep_last: 10, younger_than_days: 30, dry_run: false}' #}
{% macro expire_releases(keep_last=10, younger_than_days=30, retired_hours=24, dry_run=true) -%}
    {%- if execute -%}
        {%- do adapter.dispatch('expire_releases')(keep_last, younger_than_days, retired_hours, dry_run) -%}
    {%- endif -%}
{%- endmacro %}

{% macro default__expire_releases(keep_last, younger_than_days, retired_hours, dry_run) -%}
    {{ exceptions.raise_compiler_error("expire_releases is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__expire_releases(keep_last, younger_than_days, retired_hours, dry_run) -%}
    {%- set answer = lake_call('expire', {
        'keep_last': keep_last, 'younger_than_days': younger_than_days, 'retired_hours': retired_hours,
        'dry_run': dry_run
    }) -%}
    {%- set releases = answer.releases | join(', ') if answer.releases else 'no release' -%}
    {%- do log(
        ("would expire " if dry_run else "expired ") ~ releases ~ ": " ~ answer.files | length ~ " files, "
        ~ "%.1f" | format(answer.bytes / 1000000) ~ " MB"
        ~ ("; nothing was removed, run again with dry_run: false" if dry_run else ""),
        info=true
    ) -%}
{%- endmacro %}
