{# The last blank-separated word of a folded text. #}
{% macro last_word(expression) -%}
    {{ regexp_first_group(expression, '([^ ]+)$', 1) }}
{%- endmacro %}

{# The first blank-separated word of a folded text. #}
{% macro first_word(expression) -%}
    {{ regexp_first_group(expression, '^([^ ]+)', 1) }}
{%- endmacro %}

{# A folded word without a plural s (shops → shop); words of up to three letters and those ending in ss, us
   or is stay (glass, bus, bis). #}
{% macro without_plural(expression) -%}
    case
        when length({{ expression }}) > 3
            and right({{ expression }}, 1) = 's'
            and right({{ expression }}, 2) not in ('ss', 'us', 'is')
            then left({{ expression }}, length({{ expression }}) - 1)
        else {{ expression }}
    end
{%- endmacro %}

{# What a token must share to count as nearly equal: its first four characters when it has more than four
   (restaurant, restauration), else the token itself. #}
{% macro token_stem(token) -%}
    left({{ token }}, 4)
{%- endmacro %}
