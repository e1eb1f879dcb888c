{# Lower case, accents off, Greek, Cyrillic and full-width letters as ASCII, by the lists of fold_lists.sql.
   Characters that no list names (Chinese, Arabic, …) stay. DuckDB reads the long lists only for texts that
   still hold other characters after its own accent stripping; Snowflake has the whole mapping as a list,
   and a test compares the two on every character. Example: {{ fold_characters('store_name') }} #}
{% macro fold_characters(expression) -%}
    {{ adapter.dispatch('fold_characters')(expression) }}
{%- endmacro %}

{% macro default__fold_characters(expression) -%}
    {{ exceptions.raise_compiler_error("fold_characters is not written for adapter '" ~ adapter.type() ~ "'") }}
{%- endmacro %}

{# From the cheapest step to the dearest: most texts are ASCII once their accents are off, nearly all others
   once the plain Greek and Cyrillic letters are replaced; DuckDB reads a list of `translate` anew for every row. #}
{% macro duckdb__fold_characters(expression) -%}
    {%- set stripped = "strip_accents(replace(replace(lower(" ~ expression ~ "), 'ß', 'ss'), '’', ''))" -%}
    {%- set alphabets = "translate(" ~ fold_multiple_letters(stripped) ~ ", '" ~ fold_alphabet_from() ~ "', '"
        ~ fold_alphabet_to() ~ "')" -%}
    case
        when {{ is_ascii(stripped) }} then {{ stripped }}
        when {{ is_ascii(alphabets) }} then {{ alphabets }}
        else {{ fold_by_lists(stripped) }}
    end
{%- endmacro %}

{% macro snowflake__fold_characters(expression) -%}
    {{ fold_by_lists("lower(" ~ expression ~ ")") }}
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
    {%- for character, letters in fold_multiple() -%}
        {%- set ns.sql = "replace(" ~ ns.sql ~ ", '" ~ character ~ "', '" ~ letters ~ "')" -%}
    {%- endfor -%}
    {{- ns.sql -}}
{%- endmacro %}
