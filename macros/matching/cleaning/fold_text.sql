{# A text in its comparable form: lower case, ASCII where a letter has one, dots and apostrophes out
   (S.A.R.L. → sarl, but St.Mary → st mary), '&' as a word, other punctuation as blanks, blanks collapsed.
   Null stays null. Example: {{ fold_text('store_name') }} #}
{% macro fold_text(expression) -%}
    {{ without_punctuation(fold_characters(expression)) }}
{%- endmacro %}

{# The second half of fold_text: punctuation out of a text whose characters are folded. Where rows are many, fold
   the characters in a step of their own, so that the engine reckons them once. #}
{% macro without_punctuation(folded) -%}
    {%- set without_dots = "replace(replace(" ~ dots_removed(folded) ~ ", '''', ''), '&', ' and ')" -%}
    trim(case
        -- Most names are plain words: to see that is a fraction of the work of replacing what is not there.
        when {{ regexp_found(folded, '[^a-z0-9 ]|[ ][ ]') }} then {{ regexp_replace_all(without_dots, punctuation_and_blanks(), ' ') }}
        else {{ folded }}
    end)
{%- endmacro %}

{# The character class of everything that only separates words, in a form RE2 and POSIX both read. #}
{% macro punctuation_and_blanks() -%}
    [-!"#$%()*+,/:;<=>?@^_`{|}~[:space:][:cntrl:]\[\]\\]+
{%- endmacro %}

{# A folded text without full stops: a stop after two letters parts words (st.mary → st mary), one after a
   single letter belongs to an abbreviation (s.a.r.l. → sarl). #}
{% macro dots_removed(folded) -%}
    case
        when {{ dbt.position("'.'", folded) }} > 0
            then replace({{ regexp_replace_all(folded, '([a-z][a-z])[.]', '\\1 ') }}, '.', '')
        else {{ folded }}
    end
{%- endmacro %}
