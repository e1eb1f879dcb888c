{# One character as ASCII: itself, or four capital letters made from its code point. The multiplication spreads
   neighbouring code points over the whole range, so that unlike characters share letters only by chance; it is
   one-to-one (17,977 and 26^4 have no common factor), so that two names have equal symbols only when they are equal.
   Example: {{ ascii_symbols('name_character') }} #}
{% macro ascii_symbols(character) -%}
    {%- set spread = "mod(cast(unicode(" ~ character ~ ") as bigint) * 17977, 456976)" -%}
    case
        when {{ is_ascii(character) }} then {{ character }}
        else chr(cast(65 + mod({{ spread }}, 26) as integer))
            || chr(cast(65 + mod(floor({{ spread }} / 26), 26) as integer))
            || chr(cast(65 + mod(floor({{ spread }} / 676), 26) as integer))
            || chr(cast(65 + floor({{ spread }} / 17576) as integer))
    end
{%- endmacro %}
