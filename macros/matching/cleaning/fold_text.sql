{# A text in its comparable form: lower case, ASCII where a letter has one, dots and apostrophes out
   (S.A.R.L. → sarl, but St.Mary → st mary), '&' as a word, other punctuation as blanks, blanks collapsed.
   Null stays null. Example: {{ fold_text('store_name') }} #}
{% macro fold_text(expression) -%}
    {%- set folded = fold_characters(expression) -%}
    {%- set without_dots = "replace(replace(" ~ dots_removed(folded) ~ ", '''', ''), '&', ' and ')" -%}
    {%- set without_punctuation = regexp_replace_all(without_dots, punctuation_and_blanks(), ' ') -%}
    trim({{ without_punctuation }})
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
