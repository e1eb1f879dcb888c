{# Takes what the unrolled rounds of stg_assigned_pairs left over: rounds of mutual best, one statement each,
   until no open pair is left. Nearly always there is nothing to do; a chain of stores that each prefer the
   next one's partner needs a round per two links. Run as a post-hook of stg_assigned_pairs.
   assigned: the table of assigned pairs; assignable: the table of pairs that may be assigned; stores: store_number
   and store_key. #}
{% macro finish_assignment(assigned, assignable, stores) %}
    {%- if execute and var('assignment') == '1:1' -%}
        {%- set state = namespace(done = false) -%}
        {%- for attempt in range(100000) if not state.done -%}
            {%- set open_pairs = open_assignable_pairs(assigned, assignable) -%}
            {%- set left = run_query("select count(*) from (" ~ open_pairs ~ ") as open_pairs").columns[0].values()[0] -%}
            {%- if left == 0 -%}
                {%- set state.done = true -%}
            {%- else -%}
                {%- do run_query(next_assignment_round(assigned, open_pairs, stores)) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{# A select of the pairs whose stores are both still free. #}
{% macro open_assignable_pairs(assigned, assignable) -%}
    select assignable.*
    from {{ assignable }} as assignable
    left join {{ assigned }} as gi_taken on assignable.gi_store_number = gi_taken.gi_store_number
    left join {{ assigned }} as th_taken on assignable.th_store_number = th_taken.th_store_number
    where gi_taken.gi_store_number is null and th_taken.th_store_number is null
{%- endmacro %}

{# The insert of one more round of mutual best over a select of open pairs. #}
{% macro next_assignment_round(assigned, open_pairs, stores) -%}
    insert into {{ assigned }} (gi_store_number, th_store_number, total_points, match_score, distance_metres, labelled_at)
    select
        gi_store_number,
        th_store_number,
        total_points,
        match_score,
        distance_metres,
        labelled_at
    from (
        select
            *,
            {{ pair_rank() }} as pair_rank
        from ({{ keyed_pairs('(' ~ open_pairs ~ ')', stores) }}) as keyed_pairs
    ) as ranked_pairs
    qualify min(pair_rank) over (partition by gi_store_number) = pair_rank
        and min(pair_rank) over (partition by th_store_number) = pair_rank
{%- endmacro %}
