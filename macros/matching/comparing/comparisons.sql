{# The comparisons of a pair, the one place where their levels are defined.
   Each has a name, what it looks at, and its levels. Level 0 is "missing" (never zero points by right: the
   scorecard gives it points of its own), then the levels rise from the worst agreement to the best.
   - `measure` and `cuts`: level 1 is below the first cut, level k+1 from cut k on;
   - `zero`: what level 0 says, where it is not "missing";
   - `falling`: the measure counts disagreement (metres, leftover weight): the highest level is the lowest band;
   - `levels`: an expression that gives the level itself;
   - `without_point`: the levels of another comparison where a point is missing, each one up; 0 elsewhere
     (what a name or a number says is worth more when distance says nothing);
   - `crossed`: the levels of two comparisons side by side, 100 × the first + the second. #}
{% macro comparisons() -%}
    {{ return([
        {'name': 'name_edit', 'measure': 'name_edit_percent', 'unit': '% equal letters',
         'cuts': [30, 40, 50, 60, 70, 80, 90, 100],
         'looks_at': 'edit similarity of the whole names without blanks'},
        {'name': 'name_overlap', 'measure': 'name_overlap_percent', 'unit': '% of token weight shared',
         'cuts': [1, 20, 35, 50, 65, 80, 100],
         'looks_at': 'weight of the shared name tokens over the weight of all'},
        {'name': 'name_containment', 'measure': 'name_containment_percent', 'unit': '% of the lighter name shared',
         'cuts': [1, 30, 50, 70, 90, 100],
         'looks_at': 'weight of the shared name tokens over the weight of the lighter name'},
        {'name': 'name_stems', 'measure': 'name_stem_containment_percent', 'unit': '% of the lighter name shared',
         'cuts': [1, 30, 50, 70, 90, 100],
         'looks_at': 'the same over tokens that begin with the same four letters'},
        {'name': 'name_least_rest', 'measure': 'least_name_rest', 'unit': 'token weight', 'falling': true,
         'cuts': [1, 30, 60, 100],
         'looks_at': 'token weight that the lighter name has left over'},
        {'name': 'name_most_rest', 'measure': 'most_name_rest', 'unit': 'token weight', 'falling': true,
         'cuts': [1, 40, 70, 100, 150],
         'looks_at': 'token weight that the heavier name has left over'},
        {'name': 'name_rarest_token', 'measure': 'rarest_shared_weight', 'unit': 'token weight',
         'cuts': [1, 30, 45, 60, 75],
         'looks_at': 'weight of the rarest token both names have'},
        {'name': 'name_inside', 'levels': 'case when is_same_name then 3 when is_name_contained then 2 else 1 end',
         'labels': ['names apart', 'one name stands inside the other', 'same name'],
         'looks_at': 'equal names, or one written inside the other'},
        {'name': 'name_number', 'levels': 'coalesce(name_number_agreement + 1, 0)',
         'labels': ['numbers differ', 'a number in one name only', 'same number'],
         'looks_at': 'the first number in the names ("Shop 12")'},
        {'name': 'name_commonness', 'measure': 'name_store_count', 'unit': 'stores', 'falling': true,
         'cuts': [2, 3, 5, 10, 50],
         'looks_at': 'how many stores bear the commoner of the two names (a chain says little)'},
        {'name': 'distance', 'measure': 'distance_metres', 'unit': 'm', 'falling': true,
         'cuts': [10, 20, 35, 60, 100, 160, 250, 400, 700, 1500, 5000],
         'looks_at': 'great-circle distance of the points'},
        {'name': 'house_number', 'looks_at': 'house numbers, a range counted as all its numbers',
         'levels': 'case when house_number_gap is null then case when house_numbers_missing = 1 then 1 else 0 end'
             ~ ' when house_number_gap > 40 then 2 when house_number_gap > 14 then 3 when house_number_gap > 6 then 4'
             ~ ' when house_number_gap > 2 then 5 when house_number_gap > 0 then 6 else 7 end',
         'labels': ['one missing', 'more than 40 apart', '15 to 40 apart', '7 to 14 apart', '3 to 6 apart',
                    '1 or 2 apart', 'same number']},
        {'name': 'street', 'measure': 'street_percent', 'unit': '% equal letters',
         'cuts': [40, 60, 75, 90, 100],
         'looks_at': 'street names without their type, 90 where one stands inside the other'},
        {'name': 'postcode', 'levels': 'coalesce(postcode_agreement + 1, 0)',
         'labels': ['areas differ', 'same area', 'one begins with the other', 'same postcode'],
         'looks_at': 'postcodes'},
        {'name': 'city', 'measure': 'city_percent', 'unit': '% equal letters',
         'cuts': [50, 75, 90, 100],
         'looks_at': 'town names, 90 where one stands inside the other'},
        {'name': 'phone', 'levels': 'coalesce(phone_agreement + 1, 0)',
         'labels': ['numbers differ', 'same number, shared by four stores or more', 'same number'],
         'looks_at': 'last eight digits of the phone numbers'},
        {'name': 'website', 'levels': 'coalesce(domain_agreement + 1, 0)',
         'labels': ['domains differ', 'same domain, shared by four stores or more', 'same domain'],
         'looks_at': 'website domains'},
        {'name': 'kind', 'levels': 'coalesce(kind_agreement + 1, 0)',
         'labels': ['kinds differ', 'same kind'],
         'looks_at': 'kind of place, by category or by the words of the name'},
        {'name': 'place_without_point', 'zero': 'both points known', 'looks_at': 'street and number, postcode and town together, where a point is missing',
         'levels': 'case when distance_metres is not null then 0 else 1'
             ~ ' + 4 * case when street_percent is null then 0 when street_percent < 75 then 1'
             ~ ' when house_number_gap = 0 then 3 else 2 end'
             ~ ' + case when postcode_agreement >= 2 then 3 when postcode_agreement = 1 or city_percent >= 90 then 2'
             ~ ' when postcode_agreement = 0 or city_percent is not null then 1 else 0 end end',
         'labels': ['street unknown, area unknown', 'street unknown, areas differ', 'street unknown, same area', 'street unknown, same postcode',
                    'streets differ, area unknown', 'streets differ, areas differ', 'streets differ, same area', 'streets differ, same postcode',
                    'same street, area unknown', 'same street, areas differ', 'same street, same area', 'same street, same postcode',
                    'same street and number, area unknown', 'same street and number, areas differ', 'same street and number, same area',
                    'same street and number, same postcode']},
        {'name': 'name_overlap_without_point', 'without_point': 'name_overlap',
         'looks_at': 'token overlap of the names where a point is missing'},
        {'name': 'rarest_token_without_point', 'without_point': 'name_rarest_token',
         'looks_at': 'rarest shared token where a point is missing'},
        {'name': 'commonness_without_point', 'without_point': 'name_commonness',
         'looks_at': 'how common the name is where a point is missing'},
        {'name': 'house_number_without_point', 'without_point': 'house_number',
         'looks_at': 'house numbers where a point is missing'},
        {'name': 'name_edit_and_overlap', 'crossed': ['name_edit', 'name_overlap'],
         'looks_at': 'edit similarity and token overlap of the names together'},
    ]) }}
{%- endmacro %}
