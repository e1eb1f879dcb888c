{# The blocking rules: name, the bit that stands for it in `candidate_pairs.rule_bits`, two caps on the size of a
   block (GI stores × TH stores of one key), and what it finds.
   A block up to `cap_alone` makes candidate pairs by itself; one up to `cap` only where a second key proposes the
   same pair (two keys of one rule count too); a larger one none, and it is listed in `capped_blocking_keys`.
   The caps bound the cost of a rule by the number of keys, that is by the stores and not by their square. #}
{% macro blocking_rules() -%}
    {{ return([
        {'name': 'phone', 'bit': 1, 'cap': 100, 'cap_alone': 100, 'at_any_distance': true,
         'finds': 'equal last eight digits of the phone number'},
        {'name': 'domain_and_place', 'bit': 2, 'cap': 400, 'cap_alone': 400, 'at_any_distance': true,
         'finds': 'equal website domain in one city or square of 11 km'},
        {'name': 'postcode_and_house_number', 'bit': 4, 'cap': 50, 'cap_alone': 4, 'at_any_distance': true,
         'finds': 'equal postcode and first house number'},
        {'name': 'postcode_and_token', 'bit': 8, 'cap': 50, 'cap_alone': 1,
         'finds': 'equal postcode area and one of the three rarest name tokens'},
        {'name': 'city_and_token', 'bit': 16, 'cap': 1000, 'cap_alone': 100,
         'finds': 'equal city and one of the three rarest name tokens'},
        {'name': 'square_and_token', 'bit': 32, 'cap': 150, 'cap_alone': 25,
         'finds': 'equal square of about 11 km and one of the two rarest name tokens'},
        {'name': 'near_and_name_start', 'bit': 64, 'cap': 200, 'cap_alone': 9,
         'finds': 'within about 350 m and first three letters of one of the three rarest name tokens'},
        {'name': 'near_and_house_number', 'bit': 128, 'cap': 50, 'cap_alone': 4,
         'finds': 'within about 350 m and equal first house number'},
        {'name': 'very_near', 'bit': 256, 'cap': 225, 'cap_alone': 36,
         'finds': 'within about 30 m'},
        {'name': 'street_and_house_number', 'bit': 512, 'cap': 50, 'cap_alone': 50, 'at_any_distance': true,
         'finds': 'equal street name, house number and first letter of the name'},
        {'name': 'rare_tokens', 'bit': 1024, 'cap': 100, 'cap_alone': 100,
         'finds': 'equal two rarest name tokens, wherever the stores are'},
        {'name': 'name', 'bit': 2048, 'cap': 200, 'cap_alone': 100,
         'finds': 'equal whole name without blanks, wherever the stores are'},
        {'name': 'postcode_and_name_start', 'bit': 4096, 'cap': 200, 'cap_alone': 49, 'at_any_distance': true,
         'finds': 'equal postcode and first three letters of one of the three rarest name tokens'},
    ]) }}
{%- endmacro %}

{# The bit of a candidate pair that no rule proposed but a steward. #}
{% macro steward_bit() -%}
    {{ return(8192) }}
{%- endmacro %}

{# Metres beyond which two points are apart for good, where only names and nearness proposed the pair. Wrong points
   of real lists are mostly nearer: a geocoder takes the town for the street. #}
{% macro farthest_by_name() -%}
    {{ return(10000) }}
{%- endmacro %}

{# The bits of the rules that propose a pair however far apart its points are: they name a phone, a website or an
   address. #}
{% macro blocking_rules_at_any_distance() -%}
    {{ return(blocking_rules() | selectattr('at_any_distance', 'defined') | sum(attribute='bit')) }}
{%- endmacro %}

{# One select of blocking keys: rule_bit, blocking_key, is_gi, store_number.
   rule_name: a rule of blocking_rules(); relation: a CTE with is_gi and store_number;
   parts: the expressions that make the key; condition: where the key is meaningful; is_readable: whether a last
   column key_text shows the parts. #}
{% macro blocking_key_select(rule_name, relation, parts, condition, is_readable=false) -%}
    {%- set rules = blocking_rules() | selectattr('name', 'equalto', rule_name) | list -%}
    {%- if rules | length != 1 -%}
        {{ exceptions.raise_compiler_error("blocking_key_select: no blocking rule is named '" ~ rule_name ~ "'") }}
    {%- endif -%}
    select
        cast({{ rules[0]['bit'] }} as smallint) as rule_bit,
        {{ hash_key([rules[0]['bit']] + parts) }} as blocking_key,
        is_gi,
        store_number
        {%- if is_readable %},
        cast({{ parts | join(" as varchar) || ', ' || cast(") }} as varchar) as key_text
        {%- endif %}
    from {{ relation }}
    where {{ condition }}
{%- endmacro %}

