{# The place of a pair in the one order of all pairs, so that every round of the assignment compares one whole number:
   pairs that a steward made before all others, the newest first; falling points; equal points by nearness, then by the
   stores' keys.
   For a select over total_points, distance_metres, gi_store_key and th_store_key (see keyed_pairs) and labelled_at.
   among: a column; the place among the pairs that have the same value there, not among all; by_label: whether labels
   count. #}
{% macro pair_rank(among=none, by_label=true) -%}
    row_number() over (
            {%- if among %}
            partition by {{ among }}
            {%- endif %}
            order by
                {%- if by_label %}
                labelled_at desc nulls last,
                {%- endif %}
                total_points desc,
                coalesce(distance_metres, 99999) asc,
                gi_store_key asc,
                th_store_key asc
        )
{%- endmacro %}

{# A select of pairs with the keys of their stores, gi_store_key and th_store_key. Keys, not numbers, decide between
   equal pairs: numbers follow the order in which stores came.
   pairs: gi_store_number, th_store_number and any other columns; stores: store_number and store_key. #}
{% macro keyed_pairs(pairs, stores) -%}
    select
        pairs.*,
        gi_stores.store_key as gi_store_key,
        th_stores.store_key as th_store_key
    from {{ pairs }} as pairs
    inner join {{ stores }} as gi_stores on pairs.gi_store_number = gi_stores.store_number
    inner join {{ stores }} as th_stores on pairs.th_store_number = th_stores.store_number
{%- endmacro %}
