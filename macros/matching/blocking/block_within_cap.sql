{# True where the block of a key is small enough to count, by the caps of blocking_rules().
   Example: {{ block_within_cap('rule_bit', 'gi_stores', 'th_stores') }} #}
{% macro block_within_cap(rule_bit, gi_stores, th_stores) -%}
    {{ block_evidence(rule_bit, gi_stores, th_stores) }} > 0
{%- endmacro %}

{# How much a key of a block says for the pairs in it: 2 where the block is small enough to propose a pair alone,
   1 where a second key must propose it too, 0 above the cap. A pair is a candidate from 2 on. #}
{% macro block_evidence(rule_bit, gi_stores, th_stores) -%}
    case
        {%- for rule in blocking_rules() %}
        when {{ rule_bit }} = {{ rule.bit }} and {{ gi_stores }} * {{ th_stores }} <= {{ rule.cap_alone }} then 2
        {%- if rule.cap > rule.cap_alone %}
        when {{ rule_bit }} = {{ rule.bit }} and {{ gi_stores }} * {{ th_stores }} <= {{ rule.cap }} then 1
        {%- endif %}
        {%- endfor %}
        else 0
    end
{%- endmacro %}
