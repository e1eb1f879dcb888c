{# A select of everything that is measured on a pair, one row per pair of stores: what the comparisons read.
   Percents are whole, agreements rise from 0, null is missing.
   pairs: gi_store_number, th_store_number, rule_bits; stores: the columns of stg_stores; name_totals: name_key,
   total_weight, rarest_weight; name_pairs: the columns of name_pair_measures. #}
{% macro pair_measures(pairs, stores, name_totals, name_pairs) -%}
with

stores_with_totals as (
    select
        stores.*,
        coalesce(name_totals.total_weight, 0) as total_weight,
        coalesce(name_totals.rarest_weight, 0) as rarest_weight
    from {{ stores }} as stores
    left join {{ name_totals }} as name_totals on stores.name_key = name_totals.name_key
),

side_by_side as (
    select
        candidate_pairs.gi_store_number,
        candidate_pairs.th_store_number,
        gi.total_weight as gi_name_weight,
        th.total_weight as th_name_weight,
        gi.name_symbols = th.name_symbols as is_same_name,
        case when gi.name_symbols = th.name_symbols then 100 else name_pairs.edit_percent end as name_edit_percent,
        case when gi.name_symbols = th.name_symbols then true else name_pairs.is_contained end as is_name_contained,
        case when gi.name_symbols = th.name_symbols then gi.total_weight else name_pairs.shared_weight end as shared_weight,
        case
            when gi.name_symbols = th.name_symbols then gi.total_weight else name_pairs.shared_stem_weight
        end as shared_stem_weight,
        case
            when gi.name_symbols = th.name_symbols then gi.rarest_weight else name_pairs.rarest_shared_weight
        end as rarest_shared_weight,
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
    inner join stores_with_totals as gi on candidate_pairs.gi_store_number = gi.store_number
    inner join stores_with_totals as th on candidate_pairs.th_store_number = th.store_number
    left join {{ name_pairs }} as name_pairs
        on gi.name_key = name_pairs.gi_name_key
        and th.name_key = name_pairs.th_name_key
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
    cast(greatest(least(gi_name_weight, th_name_weight) - shared_weight, 0) as smallint) as least_name_rest,
    cast(greatest(greatest(gi_name_weight, th_name_weight) - shared_weight, 0) as smallint) as most_name_rest,
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
from side_by_side
{%- endmacro %}
