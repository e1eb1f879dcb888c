{# One character as ASCII: itself, or two capital letters made from its code point modulo 676. #}
{% macro ascii_symbols(character) -%}
    case
        when {{ is_ascii(character) }} then {{ character }}
        else chr(cast(65 + mod(unicode({{ character }}), 26) as integer))
            || chr(cast(65 + mod(cast(floor(unicode({{ character }}) / 26) as integer), 26) as integer))
    end
{%- endmacro %}
