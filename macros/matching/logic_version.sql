{# Twelve characters that change when matching does: the hash of the reference lists and the scorecard (seeds),
   the staging models (but those whose meta says `decides_matches: false`), and what the matching macros render.
   Stamped on every score and decision.
   Empty while dbt parses and in unit tests, where the graph is not known. #}
{% macro logic_version() -%}
    {%- if execute and 'nodes' in graph -%}
        {%- set parts = [
            fold_text('x'), select_with_folded_characters('x', ['y']), without_punctuation('x'), without_address_punctuation('x'), fold_address('x'), house_number_pattern(), first_phone_number('x'), phone_digits('x'), street_without_number('x'), collapsed_blanks('x'), compact_postcode('x'), postcode_without_country('x', 'y', 'z'), website_domain('x'),
            punctuation_and_blanks(), punctuation_but_hyphen(),
            last_word('x'), first_word('x'), without_plural('x'), token_stem('x'), token_weight('x', 'y'), highest_token_weight() | string,
            postcode_area('x', 'y'), ascii_symbols('x'), current_rows('x', 'y'), category_term_bits('x'),
            blocking_rules() | string, blocking_keys('x', 'y'), farthest_by_name() | string, steward_bit() | string, blocking_rules_at_any_distance() | string, block_within_cap('x', 'y', 'z'), block_evidence('x', 'y', 'z'), fold_multiple_letters('x'),
            comparisons() | string, comparison_level(comparisons()[0]), long_name_pairs('a', 'b', 'c', 'd'), pair_measures('a', 'b', 'c', 'd'),
            pair_levels('x', keeps_measures=true), pair_points('x', 'y'), tokens_side_by_side() | string, edit_similarity('x', 'y'),
            contains_other('x', 'y', 1), text_similarity('x', 'y', 1), starts_with_other('x', 'y', 1),
            distance_metres('a', 'b', 'c', 'd'),
            mutual_best_rounds(1), pair_rank(), keyed_pairs('x', 'y'), open_assignable_pairs('x', 'y'), next_assignment_round('x', 'y', 'z'),
            var('match_threshold') | string, var('assignment'), var('duplicate_distance_metres') | string, var('compared_duplicates') | string
        ] -%}
        {%- for node in graph.nodes.values() | sort(attribute='unique_id') -%}
            {%- if node.resource_type == 'seed' or (node.resource_type == 'model' and 'staging' in node.fqn and node.config.meta.get('decides_matches', true)) -%}
                {%- do parts.append(node.unique_id ~ node.checksum.checksum) -%}
            {%- endif -%}
        {%- endfor -%}
        {{- local_md5(parts | join('|'))[:12] -}}
    {%- endif -%}
{%- endmacro %}
