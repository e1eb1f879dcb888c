{# The id of a golden store made from a text of its stores' keys: 'GS-' and 16 hexadecimal digits of the MD5.
   Example: {{ gold_store_id('key_text') }} #}
{% macro gold_store_id(key_text) -%}
    'GS-' || left(md5({{ key_text }}), 16)
{%- endmacro %}
