{# The last nine digits of the first phone number in a text, which do not depend on country or trunk prefix.
   Fewer than six digits, or one digit repeated (0000000000), is no number: null.
   Example: {{ phone_digits('phone') }} #}
{% macro phone_digits(expression) -%}
    {%- set first_number = regexp_replace_all(
        regexp_replace_first("lower(coalesce(" ~ expression ~ ", ''))", '(;|,|/| or | ou | oder |ext|x).*$', ''), '[^0-9]', ''
    ) -%}
    case
        when length({{ first_number }}) >= 6
            and replace({{ first_number }}, substr({{ first_number }}, length({{ first_number }}), 1), '') not in ('', '0', '33')
            then right({{ first_number }}, 9)
    end
{%- endmacro %}
