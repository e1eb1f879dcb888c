{# The digits of the first phone number in a text ("01 23 45 67 89 / 06 …"), without an extension. Null stays null.
   Example: {{ first_phone_number('phone') }} #}
{% macro first_phone_number(expression) -%}
    {{ regexp_replace_all(
        regexp_replace_first("lower(" ~ expression ~ ")", '(;|,|/| or | ou | oder |ext|x).*$', ''), '[^0-9]', ''
    ) }}
{%- endmacro %}

{# The last eight digits of a phone number, which depend on neither country nor trunk
   prefix, also where national numbers are short (Belgium). Fewer than six
   digits, or one digit repeated (0000000000), is no number: null. Example: {{ phone_digits('phone_number') }} #}
{% macro phone_digits(number) -%}
    case
        when length({{ number }}) >= 6
            and replace(right({{ number }}, 8), right({{ number }}, 1), '') <> ''
            then right({{ number }}, 8)
    end
{%- endmacro %}
