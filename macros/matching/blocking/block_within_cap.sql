{# True where the block of a key is small enough to be compared, by the caps of blocking_rules(). #}
{% macro block_within_cap(rule_bit, gi_stores, th_stores) -%}
    {{ gi_stores }} * {{ th_stores }} <= case {{ rule_bit }}
        {%- for rule in blocking_rules() %}
        when {{ rule.bit }} then {{ rule.cap }}
        {%- endfor %}
    end
{%- endmacro %}
