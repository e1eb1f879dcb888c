{# Lower case, accents off, Greek, Cyrillic and full-width letters as ASCII, by the lists of fold_lists.sql.
   Characters that no list names (Chinese, Arabic, …) stay. DuckDB reads the long lists only for texts that
   still hold other characters after its own accent stripping; Snowflake has the whole mapping as a list,
   and a test compares the two on every character. For a table of many rows: select_with_folded_characters. Example: {{ fold_characters('store_name') }} #}
{% macro fold_characters(expression) -%}
    {{ adapter.dispatch('fold_characters')(expression) }}
{%- endmacro %}

{% macro default__fold_characters(expression) -%}
    {{ exceptions.raise_compiler_error("fold_characters is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{% macro duckdb__fold_characters(expression) -%}
    {%- set stripped = strip_accents_first(expression) -%}
    {%- set everyday = fold_everyday(stripped) -%}
    case
        when {{ is_ascii(stripped) }} then {{ stripped }}
        when {{ is_ascii(everyday) }} then {{ everyday }}
        else {{ fold_by_lists(stripped) }}
    end
{%- endmacro %}

{% macro snowflake__fold_characters(expression) -%}
    {{ fold_by_lists("lower(" ~ expression ~ ")") }}
{%- endmacro %}

{# The first step on DuckDB: lower case, and the accents that the engine knows. #}
{% macro strip_accents_first(expression) -%}
    strip_accents(replace(replace(lower({{ expression }}), 'ß', 'ss'), '’', ''))
{%- endmacro %}

{# The second step on DuckDB: the short list of everyday characters. Right only where its result is ASCII. #}
{% macro fold_everyday(stripped) -%}
    translate({{ fold_multiple_letters(stripped) }}, '{{ fold_everyday_from() }}', '{{ fold_everyday_to() }}')
{%- endmacro %}

{# The lists applied to a lower-case text, in functions both engines have. #}
{% macro fold_by_lists(expression) -%}
    translate(
        {{ fold_multiple_letters(expression) }},
        '{{ fold_single_from() }}{{ fold_removed() }}',
        '{{ fold_single_to() }}'
    )
{%- endmacro %}

{# The characters that become several letters, replaced one after another. #}
{% macro fold_multiple_letters(expression) -%}
    {%- set ns = namespace(sql = expression) -%}
    {#- The style of what is repeated here does not change with the repetitions, and the linter takes minutes over them. -#}
    {%- for character, letters in (fold_multiple()[:1] if var('show_short_folding', false) else fold_multiple()) -%}
        {%- set ns.sql = "replace(" ~ ns.sql ~ ", '" ~ character ~ "', '" ~ letters ~ "')" -%}
    {%- endfor -%}
    {{- ns.sql -}}
{%- endmacro %}
