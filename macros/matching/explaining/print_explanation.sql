{# Prints the comparisons of one pair as a table: one line per row of explain_pair. #}
{% macro print_pair_steps(gi_store_key, th_store_key, steps) -%}
    {%- set line = '%-28s %-32s %-32s %-44s %7s %7s' -%}
    {%- do print(line | format('comparison', gi_store_key[:32], th_store_key[:32], 'level', 'points', 'sum')) -%}
    {%- do print('-' * 155) -%}
    {%- for step in steps -%}
        {%- set level = step[7] or '' -%}
        {%- set measured = ' (' ~ step[5].split(' ')[0] ~ ')' if step[5] and step[7] != 'missing' else '' -%}
        {%- do print(line | format(
            step[1][:28], on_one_line(step[3])[:32], on_one_line(step[4])[:32], (level ~ measured)[:44],
            step[8] if step[8] is not none else 'none', step[9] if step[9] is not none else 'none'
        )) -%}
    {%- endfor -%}
    {%- do print('-' * 155) -%}
{%- endmacro %}

{# A value as one line of text, a dash where it is missing. #}
{% macro on_one_line(value) -%}
    {{ return((value or '-').split() | join(' ')) }}
{%- endmacro %}

{# Prints what a pair's points come to: match score, threshold, decision. #}
{% macro print_pair_decision(total_points) -%}
    {%- if total_points is none -%}
        {%- do print('The scorecard knows no points for a level above: train it again or add the level to seeds/match_scorecard.csv.') -%}
    {%- else -%}
        {%- set query -%}
            select max(case when total_points = least(highest_points, greatest(lowest_points, {{ total_points }})) then match_score end)
            from {{ ref('match_score_lookup') }}
            cross join (
                select min(total_points) as lowest_points, max(total_points) as highest_points
                from {{ ref('match_score_lookup') }}
            ) as lookup_ends
        {%- endset -%}
        {%- set match_score = run_query(query).rows[0][0] | float -%}
        {%- set decision = 'may be assigned' if match_score >= var('match_threshold') else 'is not accepted' -%}
        {%- do print(
            'Total ' ~ total_points ~ ' points: match score ' ~ match_score | round(2) ~ ', threshold '
            ~ var('match_threshold') ~ ': the pair ' ~ decision ~ '.'
        ) -%}
    {%- endif -%}
{%- endmacro %}

{# Prints what became of one store: matched with whom, alone, or a duplicate of which store. #}
{% macro print_store_outcome(store_key) -%}
    {%- set quoted = "'" ~ (store_key | replace("'", "''")) ~ "'" -%}
    {%- set query -%}
        select
            store_matches.status,
            store_matches.partner_store_key,
            store_matches.total_points,
            duplicates.representative_store_key
        from {{ ref('stg_current_stores') }} as current_stores
        left join {{ ref('stg_store_matches') }} as store_matches on current_stores.store_key = store_matches.store_key
        left join {{ ref('stg_store_duplicates') }} as duplicates on current_stores.store_key = duplicates.store_key
        where current_stores.store_key = {{ quoted }}
    {%- endset -%}
    {%- set outcome = run_query(query).rows[0] -%}
    {%- if outcome[3] -%}
        {%- do print(store_key ~ ' is a duplicate of ' ~ outcome[3] ~ ', which takes part in its place.') -%}
    {%- elif outcome[1] -%}
        {%- do print(store_key ~ ' is matched with ' ~ outcome[1] ~ ' (' ~ outcome[2] ~ ' points).') -%}
    {%- else -%}
        {%- do print(store_key ~ ' has no partner (' ~ outcome[0] ~ ').') -%}
    {%- endif -%}
{%- endmacro %}

{# Prints the blocking keys of two stores, one line per row of explain_keys. #}
{% macro print_pair_keys(keys) -%}
    {%- set line = '  %-28s %-60s %-10s %s' -%}
    {%- for key in keys -%}
        {%- set owner = 'both' if key[2] and key[3] else 'GI only' if key[2] else 'TH only' -%}
        {%- set size = key[4] ~ ' GI × ' ~ key[5] ~ ' TH stores' if key[4] is not none else '' -%}
        {%- set reason = '' -%}
        {%- if key[2] and key[3] and not key[6] -%}
            {%- if key[8] == 0 -%}
                {%- set reason = ', above the cap: not compared' -%}
            {%- elif key[7] is none -%}
                {%- set reason = ', a middling block alone: not compared' -%}
            {%- else -%}
                {%- set metres = '{:,}'.format(key[7] | int) ~ (' m or more' if key[7] | int == 99999 else ' m') -%}
                {%- set reason = ', the points are ' ~ metres ~ ' apart: not compared' -%}
            {%- endif -%}
        {%- endif -%}
        {%- do print(line | format(key[0], key[1][:60], owner, size ~ reason)) -%}
    {%- endfor -%}
{%- endmacro %}
