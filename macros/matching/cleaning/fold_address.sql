{# An address in its comparable form: as fold_text, but hyphens stay, because "10-14" is a range of house
   numbers. Example: {{ fold_address('address') }} #}
{% macro fold_address(expression) -%}
    {%- set folded = fold_characters("coalesce(" ~ expression ~ ", '')") -%}
    {%- set words_apart = regexp_replace_all(folded, '([a-z][a-z])[.]', '\\1 ') -%}
    {%- set without_dots = "replace(replace(replace(" ~ words_apart ~ ", '.', ''), '''', ''), '&', ' and ')" -%}
    {%- set without_punctuation = regexp_replace_all(without_dots, punctuation_but_hyphen(), ' ') -%}
    trim({{ without_punctuation }})
{%- endmacro %}

{# The character class of what separates words of an address; hyphens are kept. #}
{% macro punctuation_but_hyphen() -%}
    [!"#$%()*+,/:;<=>?@^_`{|}~[:space:][:cntrl:]\[\]\\]+
{%- endmacro %}

{# A house number standing alone in a folded address that begins and ends with a blank: "12", "12a", "12 bis",
   "10-14". An ordinal ("47th") is part of the street. Group 1 is the number, group 4 the end of a range. #}
{% macro house_number_pattern() -%}
    [ ]([0-9]{1,5})(bis|ter|quater|[a-z])?([ ]?-[ ]?([0-9]{1,5})[a-z]?)?[ ]
{%- endmacro %}
