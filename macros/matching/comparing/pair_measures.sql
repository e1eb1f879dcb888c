{# A select of everything that is measured on a pair, one row per pair of stores: what the comparisons read.
   Percents are whole, agreements rise from 0, null is missing. Names that share no token's first four letters, begin
   and end unlike and do not stand one inside the other are not compared letter by letter: 0 percent.
   pairs: gi_store_number, th_store_number, rule_bits; stores: the columns of stg_stores; name_profiles: those of
   stg_name_profiles; long_names: those of stg_long_name_pairs. #}
{% macro pair_measures(pairs, stores, name_profiles, long_names) -%}
{%- set places = range(1, tokens_side_by_side() + 1) -%}
with

stores_with_profiles as (
    select
        stores.*,
        coalesce(name_profiles.total_weight, 0) as total_weight,
        coalesce(name_profiles.rarest_weight, 0) as rarest_weight,
        coalesce(name_profiles.token_count, 0) as token_count,
        ascii(stores.name_symbols) as first_symbol,
        ascii(right(stores.name_symbols, 1)) as last_symbol
        {%- for place in places %},
        coalesce(name_profiles.token_{{ place }}, 0) as token_{{ place }},
        coalesce(name_profiles.stem_{{ place }}, 0) as stem_{{ place }},
        coalesce(name_profiles.weight_{{ place }}, 0) as weight_{{ place }}
        {%- endfor %}
    from {{ stores }} as stores
    left join {{ name_profiles }} as name_profiles on stores.name_key = name_profiles.name_key
),

side_by_side as (
    select
        candidate_pairs.gi_store_number,
        candidate_pairs.th_store_number,
        gi.total_weight as gi_name_weight,
        th.total_weight as th_name_weight,
        gi.rarest_weight as gi_rarest_weight,
        gi.name_symbols = th.name_symbols as is_same_name,
        gi.name_symbols as gi_name_symbols,
        th.name_symbols as th_name_symbols,
        gi.name_symbols = th.name_symbols
            or {{ contains_other('gi.name_symbols', 'th.name_symbols', 4) }} as is_name_contained,
        gi.first_symbol = th.first_symbol or gi.last_symbol = th.last_symbol as begins_or_ends_alike,
        greatest(gi.token_count, th.token_count) > {{ tokens_side_by_side() }} as has_long_name,
        {%- for place in places %}
        case
            when {% for other in places -%}
                gi.token_{{ place }} = th.token_{{ other }}{{ ' or ' if not loop.last }}
            {%- endfor %} then gi.weight_{{ place }}
            else 0
        end as shared_weight_{{ place }},
        {%- endfor %}
        {% for place in places -%}{%- set last_place = loop.last -%}{%- for other in places -%}
        case when gi.stem_{{ place }} = th.stem_{{ other }} then least(gi.weight_{{ place }}, th.weight_{{ other }}) else 0 end
        {{- ' + ' if not (last_place and loop.last) }}
        {% endfor -%}{%- endfor -%}
        as short_shared_stem_weight,
        coalesce(long_names.shared_weight, 0) as long_shared_weight,
        coalesce(long_names.shared_stem_weight, 0) as long_shared_stem_weight,
        coalesce(long_names.rarest_shared_weight, 0) as long_rarest_shared_weight,
        greatest(gi.name_store_count, th.name_store_count) as name_store_count,
        case
            when gi.name_number is null and th.name_number is null then null
            when gi.name_number is null or th.name_number is null then 1
            when gi.name_number = th.name_number then 2
            else 0
        end as name_number_agreement,
        case when gi.latitude_micro is not null and th.latitude_micro is not null then
            {{ distance_metres('gi.latitude_micro', 'gi.longitude_micro', 'th.latitude_micro', 'th.longitude_micro') }}
        end as distance_metres,
        case
            when gi.house_number_from is null or th.house_number_from is null then null
            else greatest(
                gi.house_number_from - th.house_number_to, th.house_number_from - gi.house_number_to, 0
            )
        end as house_number_gap,
        case when gi.house_number_from is null then 1 else 0 end
            + case when th.house_number_from is null then 1 else 0 end as house_numbers_missing,
        {{ text_similarity('gi.street_core', 'th.street_core', 4) }} as street_percent,
        case
            when gi.postcode_clean is null or th.postcode_clean is null then null
            when gi.postcode_clean = th.postcode_clean then 3
            when {{ starts_with_other('gi.postcode_clean', 'th.postcode_clean', 3) }} then 2
            when gi.postcode_area = th.postcode_area then 1
            else 0
        end as postcode_agreement,
        {{ text_similarity('gi.city_clean', 'th.city_clean', 4) }} as city_percent,
        case
            when gi.phone_digits is null or th.phone_digits is null then null
            when gi.phone_digits <> th.phone_digits then 0
            when gi.phone_store_count <= 3 then 2
            else 1
        end as phone_agreement,
        case
            when gi.website_domain is null or th.website_domain is null then null
            when gi.website_domain <> th.website_domain then 0
            when gi.domain_store_count <= 3 then 2
            else 1
        end as domain_agreement,
        case
            when gi.kind_bits = 0 or th.kind_bits = 0 then null
            when {{ shares_a_bit('gi.kind_bits', 'th.kind_bits') }} then 1
            else 0
        end as kind_agreement,
        candidate_pairs.rule_bits
    from {{ pairs }} as candidate_pairs
    inner join stores_with_profiles as gi on candidate_pairs.gi_store_number = gi.store_number
    inner join stores_with_profiles as th on candidate_pairs.th_store_number = th.store_number
    left join {{ long_names }} as long_names
        on gi.name_key = long_names.gi_name_key
        and th.name_key = long_names.th_name_key
),

-- Equal names share all they have, whatever words they are parted into.
shared_names as (
    select
        *,
        case
            when is_same_name then gi_name_weight
            when has_long_name then long_shared_weight
            else shared_weight_{{ places | join(' + shared_weight_') }}
        end as shared_weight,
        case
            when is_same_name then gi_name_weight
            when has_long_name then long_shared_stem_weight
            else short_shared_stem_weight
        end as shared_stem_weight,
        case
            when is_same_name then gi_rarest_weight
            when has_long_name then long_rarest_shared_weight
            else greatest(shared_weight_{{ places | join(', shared_weight_') }})
        end as rarest_shared_weight
    from side_by_side
),

-- Letter by letter, what costs most of all, only names with something in common are compared.
edited_names as (
    select
        *,
        case
            when is_same_name then 100
            when is_name_contained or begins_or_ends_alike or shared_stem_weight > 0
                then {{ edit_similarity('gi_name_symbols', 'th_name_symbols') }}
            else 0
        end as name_edit_percent
    from shared_names
)

select
    gi_store_number,
    th_store_number,
    cast(name_edit_percent as smallint) as name_edit_percent,
    cast(case
        -- Equal without blanks, whatever words they are split into.
        when is_same_name then 100
        else least(100, floor(200.0 * shared_weight / greatest(gi_name_weight + th_name_weight, 1)))
    end as smallint) as name_overlap_percent,
    cast(floor(100.0 * least(shared_weight, gi_name_weight, th_name_weight)
        / greatest(least(gi_name_weight, th_name_weight), 1)) as smallint) as name_containment_percent,
    cast(floor(100.0 * least(shared_stem_weight, gi_name_weight, th_name_weight)
        / greatest(least(gi_name_weight, th_name_weight), 1)) as smallint) as name_stem_containment_percent,
    cast(least(greatest(least(gi_name_weight, th_name_weight) - shared_weight, 0), 30000) as smallint) as least_name_rest,
    cast(least(greatest(greatest(gi_name_weight, th_name_weight) - shared_weight, 0), 30000) as smallint) as most_name_rest,
    cast(rarest_shared_weight as smallint) as rarest_shared_weight,
    is_same_name,
    is_name_contained,
    cast(least(name_store_count, 30000) as smallint) as name_store_count,
    cast(name_number_agreement as smallint) as name_number_agreement,
    distance_metres,
    house_number_gap,
    cast(house_numbers_missing as smallint) as house_numbers_missing,
    cast(street_percent as smallint) as street_percent,
    cast(postcode_agreement as smallint) as postcode_agreement,
    cast(city_percent as smallint) as city_percent,
    cast(phone_agreement as smallint) as phone_agreement,
    cast(domain_agreement as smallint) as domain_agreement,
    cast(kind_agreement as smallint) as kind_agreement,
    rule_bits
from edited_names
{%- endmacro %}
