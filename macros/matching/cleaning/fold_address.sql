{# An address in its comparable form: as fold_text, but hyphens stay, because "10-14" is a range of house
   numbers. Null stays null. Example: {{ fold_address('address') }} #}
{% macro fold_address(expression) -%}
    {{ without_address_punctuation(fold_characters(expression)) }}
{%- endmacro %}

{# The second half of fold_address: punctuation but hyphens out of an address whose characters are folded. #}
{% macro without_address_punctuation(folded) -%}
    {%- set without_dots = "replace(replace(" ~ dots_removed(folded) ~ ", '''', ''), '&', ' and ')" -%}
    trim({{ regexp_replace_all(without_dots, punctuation_but_hyphen(), ' ') }})
{%- endmacro %}

{# The character class of what separates words of an address; hyphens are kept. #}
{% macro punctuation_but_hyphen() -%}
    [!"#$%()*+,/:;<=>?@^_`{|}~[:space:][:cntrl:]\[\]\\]+
{%- endmacro %}

{# A house number standing alone in a folded address that begins and ends with a blank: "12", "12a", "12 bis",
   "10-14". An ordinal ("47th") is part of the street; five digits are a house number only at the beginning
   (elsewhere they are a postcode). Group 1 is the number with its blank, group 4 the end of a range. #}
{% macro house_number_pattern() -%}
    (^[ ][0-9]{5}|[ ][0-9]{1,4})([ ]?bis|[ ]?ter|[ ]?quater|[a-z])?([ ]?-[ ]?([0-9]{1,4})[a-z]?)?[ ]
{%- endmacro %}

{# The street of a folded address: without its house number and without a postcode and what follows it
   ("… 72000 le mans"), hyphens as blanks; blanks are not collapsed. #}
{% macro street_without_number(address_text) -%}
    replace({{ regexp_replace_first(
        regexp_replace_first(address_text, house_number_pattern(), ' '), '[ ][0-9]{5}[ ].*$', ' '
    ) }}, '-', ' ')
{%- endmacro %}

{# A text whose blanks are collapsed and trimmed. The text should be a column: it is read twice, because looking
   for a double blank is far cheaper than replacing. #}
{% macro collapsed_blanks(text) -%}
    trim(case
        when {{ dbt.position("'  '", text) }} > 0 then {{ regexp_replace_all(text, '[ ]+', ' ') }}
        else {{ text }}
    end)
{%- endmacro %}
