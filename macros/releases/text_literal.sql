{# A text as a SQL literal that holds any characters. Snowflake reads backslashes, DuckDB does not; null gives null.
   Example: {{ text_literal("l'été") }} #}
{% macro text_literal(text) -%}
    {%- if text is none -%} null
    {%- elif target.type == 'snowflake' -%} '{{ text | string | replace("\\", "\\\\") | replace("'", "''") }}'
    {%- else -%} '{{ text | string | replace("'", "''") }}'
    {%- endif -%}
{%- endmacro %}
