{# Let stores into the scope of the assignment until no other store can be concerned, as a post-hook of
   stg_scope_assignment. A store comes in when its partner is in, and when a store of the scope makes a pair with it that
   is at least as good as the pair it has: pairs are then open on both sides, or the store outside would keep its partner
   whatever happens within. With those pairs the assignment of the scope alone, put beside the assignment outside, is
   the one that assigning everything gives, because one order of all pairs has one stable assignment.
   Equal points and nearness count as at least as good, so that keys need not be read.
   scope: the table, of store_number; assignable, previous: assignable pairs of now, assigned pairs of before. #}
{% macro grow_assignment_scope(scope, assignable, previous) %}
    {%- if execute and var('assignment') == '1:1' and not scope_is_all() -%}
        {%- set state = namespace(stores=-1, done=false) -%}
        {%- for attempt in range(100000) if not state.done -%}
            {%- set stores = run_query("select count(*) from " ~ scope).columns[0].values()[0] -%}
            {%- if stores == state.stores -%}
                {%- set state.done = true -%}
            {%- else -%}
                {%- set state.stores = stores -%}
                {%- do run_query(stores_to_let_in(scope, assignable, previous)) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{# The insert of the stores that one pass lets in; arguments as in grow_assignment_scope. #}
{% macro stores_to_let_in(scope, assignable, previous) -%}
    insert into {{ scope }} (store_number)
    with
    {% for side, other in [('gi', 'th'), ('th', 'gi')] %}
    {{ other }}_partners as (
        select previous.{{ other }}_store_number as store_number
        from {{ previous }} as previous
        inner join {{ scope }} as scope on previous.{{ side }}_store_number = scope.store_number
    ),

    {{ other }}_rivals as (
        select assignable.{{ other }}_store_number as store_number
        from {{ assignable }} as assignable
        inner join {{ scope }} as scope on assignable.{{ side }}_store_number = scope.store_number
        left join {{ previous }} as previous
            on assignable.{{ other }}_store_number = previous.{{ other }}_store_number
        where previous.total_points is null
            or assignable.labelled_at is not null
            or assignable.total_points > previous.total_points
            or (
                assignable.total_points = previous.total_points
                and coalesce(assignable.distance_metres, 99999) <= coalesce(previous.distance_metres, 99999)
            )
    ),
    {% endfor %}
    concerned as (
        select store_number from gi_partners
        union
        select store_number from th_partners
        union
        select store_number from gi_rivals
        union
        select store_number from th_rivals
    )

    select concerned.store_number
    from concerned
    left join {{ scope }} as scope on concerned.store_number = scope.store_number
    where scope.store_number is null
{%- endmacro %}
