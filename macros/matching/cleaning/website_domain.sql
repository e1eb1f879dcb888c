{# The host name of a website without "www.", null where there is none.
   Example: {{ website_domain('website') }} gives shop.example.com for https://www.shop.example.com/a?b #}
{% macro website_domain(expression) -%}
    {{ regexp_first_group(
        "lower(trim(" ~ expression ~ "))",
        '^([a-z]+:)?(//)?([^/?#@ ]*@)?(www[.])?([a-z0-9][-a-z0-9.]*[.][a-z]{2,})',
        5
    ) }}
{%- endmacro %}
