{# Prints why one pair scores what it scores, for a person at a terminal: what each side has, the level in words,
   points and running sum of every comparison, the decision, and the blocking keys where no rule proposed the pair.
   Example: dbt run-operation explain_pair_points --args '{gi_store_key: "GI:1", th_store_key: "TH:2"}' #}
{% macro explain_pair_points(gi_store_key, th_store_key) -%}
    {%- if execute -%}
        {%- for store_key in [gi_store_key, th_store_key] if not store_is_current(store_key) -%}
            {{ exceptions.raise_compiler_error(
                "no current store has the key '" ~ store_key ~ "': a key is 'GI:' or 'TH:' and the store's identifier, "
                ~ "as in store_key of " ~ ref('stg_current_stores') ~ "; a deleted store is not current"
            ) }}
        {%- endfor -%}
        {%- set steps = run_query(explain_pair(gi_store_key, th_store_key)).rows -%}
        {%- set rules = rules_that_proposed(gi_store_key, th_store_key) -%}
        {%- do print_pair_steps(gi_store_key, th_store_key, steps) -%}
        {%- do print_pair_decision(steps[-1][9]) -%}
        {%- do print_store_outcome(gi_store_key) -%}
        {%- do print_store_outcome(th_store_key) -%}
        {%- if rules -%}
            {%- do print('Proposed by: ' ~ rules | join(', ')) -%}
        {%- elif copies_left_out(gi_store_key, th_store_key) -%}
            {%- do print(
                'This pair was not scored: ' ~ copies_left_out(gi_store_key, th_store_key) | join(' and ') ~ ' is held more than '
                ~ var('compared_duplicates') ~ ' times by its source, so its representative alone is compared.'
            ) -%}
        {%- else -%}
            {%- do print('No blocking rule proposed this pair, so it was not scored when the lists were matched. Keys:') -%}
            {%- do print_pair_keys(run_query(explain_keys(gi_store_key, th_store_key)).rows) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# Whether a store is current; one row is enough to know. #}
{% macro store_is_current(store_key) -%}
    {%- set found = run_query(
        "select count(*) from " ~ ref('stg_current_stores') ~ " where store_key = '" ~ (store_key | string | replace("'", "''")) ~ "'"
    ) -%}
    {{ return(found.rows[0][0] > 0) }}
{%- endmacro %}

{# Names of the blocking rules that proposed a pair; empty where none did. #}
{% macro rules_that_proposed(gi_store_key, th_store_key) -%}
    {%- set query -%}
        with

        {{ pair_to_explain(gi_store_key, th_store_key) }}

        select
            {%- for rule in blocking_rules() %}
            max(case when {{ shares_a_bit('candidate_pairs.rule_bits', rule.bit) }} then 1 else 0 end){{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref('stg_candidate_pairs') }} as candidate_pairs
        inner join pair_to_explain
            on candidate_pairs.gi_store_number = pair_to_explain.gi_store_number
            and candidate_pairs.th_store_number = pair_to_explain.th_store_number
    {%- endset -%}
    {%- set bits = run_query(query).rows[0] -%}
    {%- set names = [] -%}
    {%- for rule in blocking_rules() -%}
        {%- if bits[loop.index0] == 1 -%}
            {%- do names.append(rule.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{# Those of two stores that blocking leaves out, because their source holds them more often than compared_duplicates. #}
{% macro copies_left_out(gi_store_key, th_store_key) -%}
    {%- set query -%}
        select store_key
        from {{ ref('stg_store_duplicates') }}
        where store_key in ('{{ gi_store_key | replace("'", "''") }}', '{{ th_store_key | replace("'", "''") }}')
            and representative_store_number in (
                select representative_store_number
                from {{ ref('stg_store_duplicates') }}
                group by representative_store_number
                having count(*) > {{ var('compared_duplicates') }}
            )
        order by store_key
    {%- endset -%}
    {{ return(run_query(query).columns[0].values() | list) }}
{%- endmacro %}
